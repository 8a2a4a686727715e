#include "tensor/winograd_simd.h"

#include "tensor/fma_tile.h"
#include "tensor/interleave.h"

/* What is taken from the 2 x LANES numbers of two vectors: every second one (and see
 * interleave.h). */
#define EVEN_2 0, 2
#define EVEN_4 0, 2, 4, 6
#define EVEN_8 EVEN_4, 8, 10, 12, 14
#define EVEN_16 EVEN_8, 16, 18, 20, 22, 24, 26, 28, 30
#define ODD_2 1, 3
#define ODD_4 1, 3, 5, 7
#define ODD_8 ODD_4, 9, 11, 13, 15
#define ODD_16 ODD_8, 17, 19, 21, 23, 25, 27, 29, 31

#define ROOT_HALF ((real)0.70710678118654752440)
#define ROOT_TWO ((real)1.41421356237309504880)

/* A whole number as wide as a real. */
#ifdef REAL_DOUBLE
typedef int64_t Lane;
#else
typedef int32_t Lane;
#endif

/* 16 bytes: what every x86-64 and every 64-bit ARM has. */
#define LANES FMA_LANES_128
#define ROWS FMA_ROWS_128
#define NAME(word) word##_128
#define TARGET
#include "tensor/winograd_simd.inc"

#if defined(__x86_64__)

#define LANES FMA_LANES_256
#define ROWS FMA_ROWS_256
#define NAME(word) word##_256
#define TARGET __attribute__((target("avx2,fma")))
#include "tensor/winograd_simd.inc"

#define LANES FMA_LANES_512
#define ROWS FMA_ROWS_512
#define NAME(word) word##_512
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,fma")))
#include "tensor/winograd_simd.inc"

const WinogradCode *winograd_code(int i) {
    if (i == 0) return &code_128;
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (i == 1 && avx2) return &code_256;
    bool avx512 = __builtin_cpu_supports("avx512f") &&
                  __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
    if (i == 2 && avx2 && avx512) return &code_512;
    return NULL;
}

#else

const WinogradCode *winograd_code(int i) {
    return i == 0 ? &code_128 : NULL;
}

#endif

const WinogradCode *winograd_code_best(void) {
    const WinogradCode *best = NULL;
    for (int i = 0; winograd_code(i); i++)
        best = winograd_code(i);
    return best;
}
