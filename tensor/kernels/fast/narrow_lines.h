/* Pictures laid out so that a convolution is a sum of shifted lines, for narrow.h.
 *
 *     +--------------------+
 *     | 0 0  x x x x x x 0 |   A few rows with the zeros around them are one long line:
 *     | 0 0  x x x x x x 0 |   the number one row below lies `width` further on. A place
 *     | 0 0  x x x x x x 0 |   of the result is a place of the line, and tap (u, v) of
 *     +--------------------+   the window the same line from u width + v on.
 *
 * Places at the ends of rows see the next row; their results are not used. With
 * stride 2, even and odd rows and columns become lines of their own (phases), through
 * which windows pass without a stride. */
#ifndef TENSOR_KERNELS_FAST_NARROW_LINES_H
#define TENSOR_KERNELS_FAST_NARROW_LINES_H

#include <stddef.h>

#include "tensor/real.h"

#define NARROW_CHANNELS 4
#define NARROW_WINDOW 9
#define NARROW_TAPS (NARROW_WINDOW * NARROW_WINDOW)

/* Rows cut into bands of `height`. */
typedef struct Bands {
    ptrdiff_t rows, height, count;
} Bands;

/* Bands of about `places` places, at least `least` rows and always an even number, so
 * many that every thread has equally many. */
Bands narrow_bands(ptrdiff_t rows, ptrdiff_t width, ptrdiff_t places, ptrdiff_t least);

/* line[t width + j] = plane[top + stride t][left + stride j], for t < rows, j < width; 0
 * outside the plane (h, w). */
void narrow_line(const real *plane, ptrdiff_t h, ptrdiff_t w, ptrdiff_t top,
                 ptrdiff_t left, ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t width,
                 real *line);

#endif
