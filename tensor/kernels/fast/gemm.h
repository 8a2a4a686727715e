/* The matrix product of kernels_fast, for its own files: C = or += A B for any shapes and
 * any strides, at the speed of fused multiply-adds.
 *
 *     fast_gemm(&(Product){.m = m, .n = n, .k = k, .a = {a, k, 1}, .b = {b, n, 1},
 *                          .c = c, .ldc = n});
 *
 *                    n                 C is cut into blocks, one task of a thread each.
 *              +-----+-----+           For a block, k is cut into slabs of at most KC:
 *            B |  p  |     | slab
 *              +--|--+-----+              A: MC x slab, packed, second-level cache
 *           k     |                       B: slab x NC, packed into panels p of a few
 *      +---+---+ +|----+-----+               vectors, each in the first-level cache
 *    m | A |   | |t  C |     |            t: MR x NR, the micro-kernel (simd/fma.h),
 *      +---+---+ +-----+-----+               in registers
 *
 * These are the loops, the packing and the names MC, NC, KC of K. Goto and R. van de
 * Geijn, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34(3), 2008, and
 * MR, NR of F. Van Zee and R. van de Geijn, "BLIS", ACM TOMS 41(3), 2015. MC and NC come
 * from cache.h.
 *
 * An element of C is one sum for each slab, and the slabs are added in order. Their depth
 * depends on k only, so neither the number of threads, nor the block of an element, nor
 * the cache changes a bit. With r terms in a slab and s slabs the error is below
 * (r + s) epsilon / 2 sum |a b|, and in practice near its square root. */
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

/* `count` products on all threads: a, b and c of the next one lie so much further on. */
void fast_gemm_batch(const Product *p, ptrdiff_t count, ptrdiff_t next_a,
                     ptrdiff_t next_b, ptrdiff_t next_c);

#endif
