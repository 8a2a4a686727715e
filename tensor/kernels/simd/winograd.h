/* The arithmetic of Winograd convolution F(4x4, 3x3), for fast/winograd.c.
 *
 * A tile of 4x4 outputs needs 6x6 inputs. With the polynomial points 0, +-sqrt(1/2),
 * +-sqrt(2), infinity, and all three matrices applied to rows and columns,
 *
 *     output = A^T [ (G filter G^T) * (B^T input B) ] A       (* element by element)
 *
 * takes 36 multiplications where the direct sum takes 144. The sum over channels happens
 * between the transforms, as 36 matrix products (fma.h, for which U and V are laid out).
 * These points halve the rounding error of the usual 0, +-1, +-2, infinity. The
 * algorithm for convolutional networks, and its form as matrix products, is from A.
 * Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016,
 * section 4.
 *
 * Versions with fused multiply-adds have the same bits (code.h). */
#ifndef TENSOR_KERNELS_SIMD_WINOGRAD_H
#define TENSOR_KERNELS_SIMD_WINOGRAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tensor/real.h"

#define WINOGRAD_POINTS 36
#define WINOGRAD_TAPS 9
#define WINOGRAD_MAX_LANES (64 / (ptrdiff_t)sizeof(real))
#define WINOGRAD_MAX_ROWS 8

#define ROOT_HALF ((real)0.70710678118654752440)
#define ROOT_TWO ((real)1.41421356237309504880)

typedef struct WinogradCode {
    ptrdiff_t lanes; /* tiles in a vector */
    ptrdiff_t rows;  /* output channels of filters side by side */

    /* The six rows of the channel x (h, w) that adjacent tiles read, from (top, left) on:
     * up to `mirror` pixels outside its mirror image, and zeros beyond. Each row is stored as two lines: the near line, with `size` = 4
     * elements a tile, holds columns 0 .. 3 of every tile; the far line begins four
     * elements later and holds columns 4 and 5. The near line of row u goes to
     * lines[2 u step], the far line `far` elements after it: far = step, or 4, where it is
     * the same line, which is then four elements longer. */
    void (*read)(const real *x, ptrdiff_t h, ptrdiff_t w, ptrdiff_t mirror, ptrdiff_t top,
                 ptrdiff_t left, ptrdiff_t size, real *lines, ptrdiff_t step,
                 ptrdiff_t far);

    /* V = B^T input B for `vecs` vectors of tiles in these lines: point p of vector i
     * goes to v[p point + i vector]. */
    void (*input)(const real *lines, ptrdiff_t step, ptrdiff_t far, ptrdiff_t vecs,
                  real *v, ptrdiff_t point, ptrdiff_t vector);

    /* U = G filter G^T for the 3x3 filters w[r out + k in], r < count <= rows and
     * k < depth, rotated by 180 degrees if `rotated`: point p of all of them goes to
     * u[p point] as (depth, rows), with zeros for the rows from `count` on. The last
     * vector of a point may reach beyond its end, by at most WINOGRAD_MAX_LANES. */
    void (*filter)(const real *w, ptrdiff_t out, ptrdiff_t in, ptrdiff_t count,
                   ptrdiff_t depth, bool rotated, real *u, ptrdiff_t point);

    /* bias + A^T m A for `vecs` vectors of tiles, m (36, point): row r of all the tiles,
     * side by side, goes to out[r step]. With `signs` a ReLU follows, and its bits for
     * the upper half of tile t go to signs[t], for the lower half to signs[step + t]. */
    void (*output)(const real *m, ptrdiff_t point, ptrdiff_t vecs, real bias, real *out,
                   ptrdiff_t step, uint8_t *signs);
} WinogradCode;

#endif
