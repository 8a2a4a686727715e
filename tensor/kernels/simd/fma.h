/* The micro-kernel of kernels_fast: a tile of C, MR x NR elements, that stays in the
 * vector registers while k runs, made with fused multiply-adds. (kernels_gemm rounds
 * every product and has another micro-kernel: gemm/tile.h.)
 *
 *     const FmaKernel *t = simd_best()->fma;
 *     t->product(depth, u, v, vector, t->vecs, c, ldc, false);
 *
 * MR is `rows`, NR is `vecs` vectors of `lanes` elements. Both factors are packed into
 * panels, so that one step of k reads them one after the other:
 *
 *     u (depth, rows)     u00 u10 u20 ... | u01 u11 u21 ...     a column of the left one
 *     v (depth, lanes)    one vector of columns of the right factor, row after row;
 *                         the next vector begins `vector` elements later
 *
 * Packing and the tile in registers follow K. Goto and R. van de Geijn, "Anatomy of
 * High-Performance Matrix Multiplication", ACM TOMS 34(3), 2008, section 4; the split
 * into a small micro-kernel and loops around it follows F. Van Zee and R. van de Geijn,
 * "BLIS: A Framework for Rapidly Instantiating BLAS Functionality", ACM TOMS 41(3), 2015.
 *
 * Versions with fused multiply-adds have the same bits (code.h). */
#ifndef TENSOR_KERNELS_SIMD_FMA_H
#define TENSOR_KERNELS_SIMD_FMA_H

#include "tensor/kernels/simd/simd.h"

/* MR, and NR in vectors, for vectors of `lanes` elements. At least 8 sums are
 * needed to hide the latency of two units, 16 registers (32 of 64 bytes) hold them, and
 * rows and lanes divide the usual numbers of channels. */
#define FMA_ROWS(lanes) ((lanes) == LANES_OF_64 ? 8 : 4)
#define FMA_VECS(lanes) ((lanes) == LANES_OF_32 ? 3 : 2)
#define FMA_MAX_LANES LANES_OF_64
#define FMA_MAX_ROWS 8
#define FMA_MAX_VECS 3

typedef struct FmaKernel {
    ptrdiff_t rows;  /* MR: rows of C that product() makes */
    ptrdiff_t lanes; /* elements in a vector */
    ptrdiff_t vecs;  /* most vectors of columns that it makes at once: NR / lanes */

    /* c (rows, vecs lanes), with leading dimension ldc, = or += U V for U (depth, rows)
     * and V of `vecs` vectors, each (depth, lanes) and `vector` apart. */
    void (*product)(ptrdiff_t depth, const real *u, const real *v, ptrdiff_t vector,
                    ptrdiff_t vecs, real *c, ptrdiff_t ldc, bool add);

    /* Packs a factor into panels of `width` = rows or lanes, each (depth, width) and
     * `panel` elements after the one before:
     * panels[i / width * panel + k width + i % width] = from[i across + k along]
     * for i < size, k < depth; the last panel is padded with zeros. Fast when across or
     * along is 1. */
    void (*pack)(const real *from, ptrdiff_t across, ptrdiff_t along, ptrdiff_t size,
                 ptrdiff_t width, ptrdiff_t depth, real *panels, ptrdiff_t panel);
} FmaKernel;

#endif
