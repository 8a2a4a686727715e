/* The orientation of the camera, which is all that is read from EXIF.
 *
 * JPEG keeps EXIF in a segment, PNG in a chunk or, as ImageMagick once wrote it, as
 * hexadecimal text. All contain the same bytes:
 *
 *     int turn = exif_orientation(data, size);    // 1 upright, up to 8 */
#ifndef IO_EXIF_H
#define IO_EXIF_H

#include <stddef.h>

/* The orientation in an EXIF block, with or without "Exif\0\0" before it; 1 when it has
 * none, or an invalid one. */
int exif_orientation(const unsigned char *data, size_t size);

#endif
