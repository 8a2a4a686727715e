/* Images laid out so that a convolution is a sum of shifted lines, for narrow.h.
 *
 *     +--------------------+
 *     | 0 0  x x x x x x 0 |   A few rows and the zeros around them form one long line:
 *     | 0 0  x x x x x x 0 |   the element one row below is `width` further on. An output
 *     | 0 0  x x x x x x 0 |   position is a position of the line, and tap (u, v) of
 *     +--------------------+   the window is the same line, shifted by u width + v.
 *
 * Windows at the ends of rows reach into the next row; their results are not used. With
 * stride 2, even and odd rows and columns become separate lines (phases), over which
 * windows move with stride 1. */
#ifndef TENSOR_KERNELS_FAST_NARROW_LINES_H
#define TENSOR_KERNELS_FAST_NARROW_LINES_H

#include <stddef.h>

#include "tensor/real.h"

#define NARROW_CHANNELS 4
#define NARROW_WINDOW 9
#define NARROW_TAPS (NARROW_WINDOW * NARROW_WINDOW)
#define NARROW_TERMS 1024 /* of a sum; NARROW_CHANNELS NARROW_TAPS are fewer */

/* Rows cut into bands of `height`. */
typedef struct NarrowBands {
    ptrdiff_t rows, height, count;
} NarrowBands;

/* Bands of about `positions` positions. A band has an even number of rows, at least
 * `least`, and the number of bands is a multiple of the number of threads. */
NarrowBands narrow_bands(ptrdiff_t rows, ptrdiff_t width, ptrdiff_t positions,
                         ptrdiff_t least);

/* line[t width + j] = plane[top + stride t][left + stride j], for t < rows, j < width; 0
 * outside the plane (h, w). */
void narrow_line(const real *plane, ptrdiff_t h, ptrdiff_t w, ptrdiff_t top,
                 ptrdiff_t left, ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t width,
                 real *line);

#endif
