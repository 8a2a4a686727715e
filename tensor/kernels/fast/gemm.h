/* The matrix product of kernels_fast, for the files of this folder: C = or += A B for any
 * shapes and any strides, at the speed of fused multiply-adds.
 *
 *     fast_gemm(&(Product){.m = m, .n = n, .k = k, .a = {a, k, 1}, .b = {b, n, 1},
 *                          .c = c, .ldc = n});
 *
 *                    n                 C is cut into blocks; a task is one block.
 *              +-----+-----+           For a block, k is cut into parts of at most KC:
 *            B |  p  |     | KC  
 *              +--|--+-----+              A: MC x KC, packed, in the second-level cache
 *           k     |                       B: KC x NC, packed into panels p of a few
 *      +---+---+ +|----+-----+               vectors, each in the first-level cache
 *    m | A |   | |t  C |     |            t: MR x NR, the micro-kernel (simd/fma.h),
 *      +---+---+ +-----+-----+               in registers
 *
 * These are the loops, the packing and the names MC, NC, KC of K. Goto and R. van de
 * Geijn, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34(3), 2008, and
 * MR, NR of F. Van Zee and R. van de Geijn, "BLIS", ACM TOMS 41(3), 2015. MC and NC come
 * from cache.h.
 *
 * An element of C is one sum for each part of k, and these sums are added in order. The
 * parts depend on k only, so neither the number of threads, nor the block of an element,
 * nor the cache changes a bit. With s parts of r terms each the error is below
 * (r + s) epsilon / 2 sum |a b|, and in practice near the square root of that factor. */
#ifndef TENSOR_KERNELS_FAST_GEMM_H
#define TENSOR_KERNELS_FAST_GEMM_H

#include "tensor/kernels/product.h"
#include "tensor/kernels/simd/fma.h"

/* On one thread. */
void fast_gemm_block(const Product *p);

/* C = A A^T on one thread, for m = n <= FAST_SYMMETRIC: on and above the diagonal only,
 * the rest of C may hold anything; b is not read. */
#define FAST_SYMMETRIC 128
void fast_gemm_symmetric(const Product *p);

/* On all threads. */
void fast_gemm(const Product *p);

/* `count` products on all threads: the operands of the next product begin next_a, next_b
 * and next_c elements later. */
void fast_gemm_batch(const Product *p, ptrdiff_t count, ptrdiff_t next_a,
                     ptrdiff_t next_b, ptrdiff_t next_c);

#endif
