/* PNG files (RFC 2083) of one byte per value.
 *
 *     FileBytes file = png_encode(arena, &picture);
 *
 * Every row is stored as differences, from one of five guesses of a value: that whose
 * differences have the smallest sum, which pack best as a rule. */
#ifndef IO_PNG_WRITE_H
#define IO_PNG_WRITE_H

#include "io/image_decode.h"

/* The whole file, in the arena; the image has 1 or 3 channels of one byte. The bytes are
 * the same for any number of threads. */
FileBytes png_encode(Arena *arena, const DecodedImage *image);

#endif
