/* The matrix product of kernels_gemm, for the files of this folder: C += A B on any
 * operands, on one thread (gemm_block) or on all (gemm_parallel).
 *
 * k is cut into parts of GEMM_DEPTH. Such a part of B is packed, 64 bytes of columns at a
 * time, into a panel that stays in the first-level cache while all rows of A are
 * multiplied with it by the micro-kernel (tile.h). Packed panels and the tile in
 * registers follow K. Goto and R. van de Geijn, "Anatomy of High-Performance Matrix
 * Multiplication", ACM TOMS 34(3), 2008. Every element of C is one sum over k from 0 up,
 * started from C, exactly as in ref_gemm. */
#ifndef TENSOR_KERNELS_GEMM_BLOCK_H
#define TENSOR_KERNELS_GEMM_BLOCK_H

#include "tensor/kernels/gemm/tile.h"

#define GEMM_DEPTH 256 /* KC */

/* C (m x n, leading dimension ldc) += A (m x k) B (k x n). */
void gemm_block(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, Operand a, Operand b, real *c,
                ptrdiff_t ldc);

/* Takes the workspace of such a product and gives it back: see workspace.h. */
void gemm_block_reserve(void);

/* The same product on all threads. */
void gemm_parallel(ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, Operand a, Operand b, real *c,
                   ptrdiff_t ldc);

#endif
