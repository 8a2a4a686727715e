/* The innermost product of kernels_fast: a small piece of C that fits into the registers,
 * made with fused multiply-adds. (kernels_gemm, which rounds every product, has its own:
 * gemm/tile.h.)
 *
 *     const FmaTile *t = fma_tile_best();
 *     t->product(depth, u, v, vector, t->vecs, c, ldc, false);
 *
 * Both factors are packed so that one step of k reads them one after the other:
 *
 *     u (depth, rows)     u00 u10 u20 ... | u01 u11 u21 ...      column k of the left
 * factor v (depth, lanes)    one vector of columns of the right factor, row after row;
 *                         the next vector lies `vector` numbers further on
 *
 * The code is compiled once for each width of vector register and the processor that runs
 * decides. Versions differ in the last bits; one version always gives the same. */
#ifndef TENSOR_KERNELS_SIMD_FMA_H
#define TENSOR_KERNELS_SIMD_FMA_H

#include "tensor/kernels/simd/simd.h"

/* Rows of a tile and vectors in each, for vectors of so many numbers. At least 8 sums are
 * needed to hide the latency of two units, 16 registers (32 of 64 bytes) hold them, and
 * rows and lanes divide the usual numbers of channels. */
#define FMA_ROWS(lanes) ((lanes) == LANES_OF_64 ? 8 : 4)
#define FMA_VECS(lanes) ((lanes) == LANES_OF_32 ? 3 : 2)
#define FMA_MOST_LANES LANES_OF_64
#define FMA_MOST_ROWS 8
#define FMA_MOST_VECS 3

typedef struct FmaTile {
    ptrdiff_t rows;  /* rows of C that product() makes */
    ptrdiff_t lanes; /* numbers in a vector */
    ptrdiff_t vecs;  /* vectors of columns that it makes at once, at most */

    /* c (rows, vecs lanes), rows `step` apart, = or += U V for U (depth, rows) and V of
     * `vecs` vectors, each (depth, lanes) and `vector` apart. */
    void (*product)(ptrdiff_t depth, const real *u, const real *v, ptrdiff_t vector,
                    ptrdiff_t vecs, real *c, ptrdiff_t step, bool add);

    /* Packs a factor into panels of `width` = rows or lanes, each (depth, width) and
     * `panel` numbers after the one before:
     * panels[i / width * panel + k width + i % width] = from[i across + k along]
     * for i < size, k < depth, and 0 for the i that fill up the last panel. Fast when
     * across or along is 1. */
    void (*pack)(const real *from, ptrdiff_t across, ptrdiff_t along, ptrdiff_t size,
                 ptrdiff_t width, ptrdiff_t depth, real *panels, ptrdiff_t panel);
} FmaTile;

/* Version number i, from 0, or NULL after the last that this processor can run. */
const FmaTile *fma_tile(int i);

/* The fastest version for this processor. */
const FmaTile *fma_tile_best(void);

#endif
