/* Vector code without intrinsics. A file is written once, over LANES elements of GCC's
 * vector extensions, and compiled for each width of vector register; at run time the
 * processor decides which version is called. A file of versions:
 *
 *     #define SIMD_FILE "tensor/kernels/simd/exact.inc"
 *     #include "tensor/kernels/simd/versions.inc"
 *
 *     static const Code *const versions[] = SIMD_VERSIONS(code);
 *     return i <= simd_widest() ? versions[i] : NULL;
 *
 * SIMD_FILE is compiled with
 *
 *     LANES         elements in a vector
 *     NAME(word)    word_128, word_256 or word_512
 *     TARGET        the attribute that selects the instruction set of a function
 *     INLINE        TARGET, always inlined
 *     FUSED         1 if the instruction set has fused multiply-adds, otherwise 0
 *     NAME(vec), NAME(loose), NAME(mask), NAME(bytes)      the types of prelude.inc
 *     NAME(fma)(a, b, c)            a b + c, rounded once if FUSED
 *     AT(address), IN(address)      the vector at any address, to write and to read
 *
 * kernels/simd/ has two such files: fused.c, which uses NAME(fma), and exact.c, where
 * every version has the same bits. code.h is the table of both.
 *
 * With -DSIMD_COUNTED there is one version, of the narrowest registers, and nothing is
 * inlined: `make coverage` then counts a branch of the source once, not once for each
 * copy, and counts the same on every processor. */
#ifndef TENSOR_KERNELS_SIMD_SIMD_H
#define TENSOR_KERNELS_SIMD_SIMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tensor/real.h"

#if defined(__x86_64__) && !defined(SIMD_COUNTED)
#define SIMD_WIDER
#endif

/* Elements in a vector of 16, 32 and 64 bytes, and an integer as wide as a real: the
 * result of comparing two lanes, all bits or none. */
#ifdef REAL_DOUBLE
#define LANES_OF_16 2
#define LANES_OF_32 4
#define LANES_OF_64 8
typedef int64_t Lane;
#else
#define LANES_OF_16 4
#define LANES_OF_32 8
#define LANES_OF_64 16
typedef int32_t Lane;
#endif

/* Before a loop over sums that shall stay in registers. GCC does not unroll two nested
 * loops unasked and keeps the sums in memory; clang unrolls them. */
#if defined(__clang__)
#define UNROLL
#else
#define UNROLL _Pragma("GCC unroll 32")
#endif

#define SIMD_GLUE_(a, b) a##b
#define SIMD_GLUE(a, b) SIMD_GLUE_(a, b)

/* For __builtin_shufflevector, the indices into the 2 LANES elements of vectors a and b:
 *     EVEN  a0 a2 ... b0 b2 ...       ODD   a1 a3 ... b1 b3 ...
 *     LOW   a0 b0 a1 b1 ...           HIGH  the same, from the middle on
 *     LOW4  a0 b0 a1 b1 a4 b4 a5 b5 ...    HIGH4  a2 b2 a3 b3 a6 b6 a7 b7 ...
 * The last two are LOW and HIGH within every four elements, which takes one instruction
 * where registers of 32 bytes are two halves. */
#define SIMD_PICK(kind, lanes, a, b)                                                     \
    __builtin_shufflevector(a, b, SIMD_GLUE(SIMD_##kind##_, lanes))
#define SIMD_EVEN_2 0, 2
#define SIMD_EVEN_4 0, 2, 4, 6
#define SIMD_EVEN_8 SIMD_EVEN_4, 8, 10, 12, 14
#define SIMD_EVEN_16 SIMD_EVEN_8, 16, 18, 20, 22, 24, 26, 28, 30
#define SIMD_ODD_2 1, 3
#define SIMD_ODD_4 1, 3, 5, 7
#define SIMD_ODD_8 SIMD_ODD_4, 9, 11, 13, 15
#define SIMD_ODD_16 SIMD_ODD_8, 17, 19, 21, 23, 25, 27, 29, 31
#define SIMD_LOW_2 0, 2
#define SIMD_LOW_4 0, 4, 1, 5
#define SIMD_LOW_8 0, 8, 1, 9, 2, 10, 3, 11
#define SIMD_LOW_16 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define SIMD_HIGH_2 1, 3
#define SIMD_HIGH_4 2, 6, 3, 7
#define SIMD_HIGH_8 4, 12, 5, 13, 6, 14, 7, 15
#define SIMD_HIGH_16 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31

#define SIMD_LOW4_4 SIMD_LOW_4
#define SIMD_LOW4_8 0, 8, 1, 9, 4, 12, 5, 13
#define SIMD_LOW4_16 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29
#define SIMD_HIGH4_4 SIMD_HIGH_4
#define SIMD_HIGH4_8 2, 10, 3, 11, 6, 14, 7, 15
#define SIMD_HIGH4_16 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31

#ifdef SIMD_WIDER
#define SIMD_VERSIONS(code)                                                              \
    { &code##_128, &code##_256, &code##_512 }
#else
#define SIMD_VERSIONS(code)                                                              \
    { &code##_128 }
#endif

/* The number of the widest version that this processor runs, from 0, and that simd_limit
 * allows. */
int simd_widest(void);

/* Narrower ones than this processor has can be asked for, before the first kernel runs. */
extern int simd_limit;

#endif
