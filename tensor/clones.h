/* CLONES before a function of plain loops: it is compiled for registers of 16 and of 32 bytes,
 * and the processor decides which one is called.
 *
 *     CLONES static double sum_of(size_t n, const real *x) { ... }
 *
 * Both have the same bits, because products are not fused (-ffp-contract=off) and the order
 * of a sum is that of its lanes in the source. Code that is written for vectors is in
 * tensor/kernels/simd/. */
#ifndef TENSOR_CLONES_H
#define TENSOR_CLONES_H

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__OPTIMIZE__) &&            \
    !defined(SIMD_COUNTED) && !defined(__SANITIZE_ADDRESS__) &&                          \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__) && !defined(__cplusplus)
#define CLONES __attribute__((target_clones("avx2", "default")))
#else
#define CLONES
#endif

/* Before a function that is a part of such functions. */
#define INLINED static inline __attribute__((always_inline))

#endif
