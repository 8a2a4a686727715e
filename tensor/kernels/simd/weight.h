/* The innermost loop of the weight gradient: for a few weights of many output channels,
 * one sum over positions in the registers.
 *
 *     sum[r][o] = sum over positions q of x[r][q] dy[q][o]
 *
 *     dy   position by position, the channels of a vector side by side (packed)
 *     x    not packed, rows of a padded image: weight r = (c, u, v) begins at
 *          x[r] = row u, column v of channel c, and moves along with the positions
 *
 *          x[0]-> . . . . . .      the nine weights of a 3x3 window read the same rows,
 *                 . . . . . .      shifted; each element is broadcast to a vector and
 *                 . . . . . .      multiplied by the channels of two vectors of dy
 *
 * There is no im2col matrix, which would write and read every x nine times. */
#ifndef TENSOR_KERNELS_SIMD_WEIGHT_H
#define TENSOR_KERNELS_SIMD_WEIGHT_H

#include "tensor/kernels/simd/fma.h"

#define WEIGHT_VECS 2

/* A rectangle of positions, and the strides of x. */
typedef struct WeightPath {
    ptrdiff_t rows, columns; /* of positions */
    ptrdiff_t right, down;   /* elements of x from one to the next */
} WeightPath;

/* A tile of Winograd's, of which only rows top .. bottom and columns left .. right are
 * inside the image; the rest is 0. */
typedef struct WeightPart {
    ptrdiff_t first; /* where the tile begins; may be negative */
    ptrdiff_t row;   /* from one row to the next; columns are a vector apart */
    ptrdiff_t top, bottom, left, right;
} WeightPart;

typedef struct WeightKernel {
    ptrdiff_t rows;  /* weights that product() takes, at most FMA_MAX_ROWS */
    ptrdiff_t lanes; /* elements in a vector, as in the FmaKernel of the same version */

    /* sum (rows, vecs lanes) += for `vecs` = 1 or 2 vectors of dy, each (positions,
     * lanes) and `vector` apart. */
    void (*product)(const WeightPath *path, const real *const *x, const real *dy,
                    ptrdiff_t vector, ptrdiff_t vecs, real *sum);

    /* Winograd, a vector of channels at a time (weight_winograd.c has the formulas):
     *     input      x, a tile of 6x6    B^T x B to v + p point
     *     gradient   dy, of 4x4          A dy A^T to v + p point
     *     taps       m + p point         G^T m G to w + q tap
     * for the points p < 36 and the taps q < 9. */
    void (*input)(const real *x, const WeightPart *part, real *v, ptrdiff_t point);
    void (*gradient)(const real *dy, const WeightPart *part, real *v, ptrdiff_t point);
    void (*taps)(const real *m, ptrdiff_t point, real *w, ptrdiff_t tap);
} WeightKernel;

#endif
