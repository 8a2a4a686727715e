/* Reads and writes images as tensors (1, 3, h, w) of RGB in [0, 1].
 *
 *     Tensor photo;
 *     if (!image_read(arena, "photo.jpg", &photo, &err)) return false;
 *     Shape size = image_fit(photo.shape, 512);
 *     photo = image_resize(arena, photo, size.h, size.w);
 *     return image_write("small.png", photo, &err);
 *
 * Numbers are sRGB: the file's own, divided by the largest one it can hold (255 or
 * 65535), or, if a colour profile says that they mean other colours, converted by Little
 * CMS (io/colours.h). Files are written without a profile, which means sRGB. */
#ifndef IO_IMAGE_H
#define IO_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "io/limits.h"
#include "tensor/error.h"
#include "tensor/tensor.h"

/* The quality of a JPEG that is written, of 100: no visible difference. */
#define IMAGE_JPEG_QUALITY 92

/* Reads JPEG, PNG (8 and 16 bit), BMP or PNM (P2, P3, P5, P6), detected by their first
 * bytes, not by their name; out is (1, 3, h, w).
 *   Grey becomes three equal channels.
 *   Alpha is composed over white: a v + (1 - a).
 *   An image whose EXIF block (in JPEG and PNG) says that the camera was held sideways
 *   is rotated.
 *   CMYK becomes (1 - c) (1 - k), without its profile; JPEG stores both inverted.
 * Fails, with the path and the reason, when the file is missing, not one of these, cut
 * short, damaged (a PNG with a wrong checksum), beyond the limits of io/limits.h, or when its
 * colour profile cannot be followed. The decoder's memory is bounded by what the checked
 * header announces, and what it announces by the size of the file: with the tensor at
 * most 20 bytes for each pixel in float, which is 1.3 GB for 8192 x 8192 pixels of RGBA
 * with 16 bits. The time is bounded, too: a JPEG may have 100 progressive scans, and
 * fewer when it is large.
 */
bool image_read(Arena *arena, const char *path, Tensor *out, Error *err);

/* The same for values that are no colours, such as the regions of a mask: alpha is
 * composed over black, so that transparent pixels are 0, and profiles are ignored. */
bool image_read_mask(Arena *arena, const char *path, Tensor *out, Error *err);

/* A large photograph in a quarter of the memory: bytes of red, green and blue, pixel by
 * pixel, rows from the top. */
typedef struct ImageRgb {
    int w, h;     /* pixels */
    uint8_t *rgb; /* 3 w h bytes */
} ImageRgb;

/* The same as image_read, rounded to bytes. A picture may have twice the pixels,
 * IMAGE_LARGEST_BYTES; decoding takes at most 12 bytes for each of them. */
bool image_read_rgb(Arena *arena, const char *path, ImageRgb *out, Error *err);

/* The same as image_write. */
bool image_write_rgb(const char *path, const ImageRgb *image, Error *err);

/* Writes (1, 3, h, w), or (1, 1, h, w) as grey, with 8 bits per value:
 *   byte = floor(255 clamp(v, 0, 1) + 1/2)
 * The ending of the name chooses .png, .jpg, .jpeg (quality 92, colour not subsampled),
 * .bmp or .ppm. Equal images give equal bytes. Fails when the ending is another one,
 * the image holds NaN, or the file cannot be written (see file_write). */
bool image_write(const char *path, Tensor image, Error *err);

/* Whether image_write could write this path: a known ending, a folder that exists and may
 * be written to. A program checks this before an hour of work. */
bool image_write_check(const char *path, Error *err);

/* The image with h rows and w columns, any n and c. Along each axis, with
 * s = old side / new side and r = max(s, 1),
 *   y[i] = sum over j of k[j] x[j] / sum over j of k[j],
 *   k[j] = max(0, 1 - |j + 1/2 - (i + 1/2) s| / r):
 * linear interpolation when enlarging, and when reducing a triangle that is wide enough
 * to cover every old pixel, so that fine patterns do not alias to coarse ones (Pillow's
 * BILINEAR, with sums in double and no rounding to bytes in between). */
Tensor image_resize(Arena *arena, Tensor image, int h, int w);

/* The shape whose longer side is `longest` and whose other side keeps the proportions:
 * round half up of side longest / longer side, at least 1. A small image is enlarged.
 */
Shape image_fit(Shape shape, int longest);

/* The longer side. */
int image_longest(Shape shape);

/* One channel of image 0 as colours, RGB: 0 is white, negative values are blue, positive
 * ones red; the largest absolute value has the strongest colour. */
Tensor image_heat(Arena *arena, Tensor t, int channel);

#endif
