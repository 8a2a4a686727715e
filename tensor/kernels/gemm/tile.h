/* The innermost product: a small piece of C that fits into the registers.
 *
 * It is compiled once for each width of vector register, and the processor that runs the
 * program decides which version is called, so one binary is fast on new machines and runs
 * on old ones. All versions give the same bits.
 *
 *     GemmTile tile = gemm_tile_best();
 *     tile(depth, a, panel, c, ldc);          6 rows and 64 bytes of columns: C += A B */
#ifndef TENSOR_KERNELS_GEMM_TILE_H
#define TENSOR_KERNELS_GEMM_TILE_H

#include "tensor/kernels/product.h"

#define TILE_ROWS 6
#define TILE_COLUMNS (64 / (ptrdiff_t)sizeof(real))

/* C += A B for A of TILE_ROWS x depth, B of depth x TILE_COLUMNS lying row after row, C
 * of TILE_ROWS x TILE_COLUMNS with rows ldc apart. */
typedef void (*GemmTile)(ptrdiff_t depth, Operand a, const real *b, real *c,
                         ptrdiff_t ldc);

/* The fastest version for this processor. */
GemmTile gemm_tile_best(void);

/* Version number i, from 0, or NULL after the last that this processor can run. */
GemmTile gemm_tile_version(int i);

#endif
