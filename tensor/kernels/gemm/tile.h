/* The micro-kernel of kernels_gemm: a tile of C, MR x NR elements, that stays in the
 * vector registers while k runs. Every product and every sum is rounded, in the order of
 * the reference.
 *
 *     GemmKernel tile = gemm_tile_best();
 *     tile(depth, a, panel, c, ldc);          6 rows and 64 bytes of columns: C += A B
 *
 * It is compiled once for each width of vector register, and at run time the processor
 * decides which version is called, so one binary is fast on new machines and runs on old
 * ones. All versions give the same bits. */
#ifndef TENSOR_KERNELS_GEMM_TILE_H
#define TENSOR_KERNELS_GEMM_TILE_H

#include "tensor/kernels/product.h"

#define TILE_ROWS 6                                 /* MR */
#define TILE_COLUMNS (64 / (ptrdiff_t)sizeof(real)) /* NR */

/* C += A B for A of TILE_ROWS x depth, B of depth x TILE_COLUMNS packed row after
 * row, C of TILE_ROWS x TILE_COLUMNS with leading dimension ldc. */
typedef void (*GemmKernel)(ptrdiff_t depth, Operand a, const real *b, real *c,
                           ptrdiff_t ldc);

/* The fastest version for this processor. */
GemmKernel gemm_tile_best(void);

/* Version number i, from 0, or NULL after the last that this processor can run. */
GemmKernel gemm_tile_version(int i);

#endif
