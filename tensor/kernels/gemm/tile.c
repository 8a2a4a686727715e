#include "tensor/kernels/gemm/tile.h"

#define TILE_GLUE_(a, b) a##b
#define TILE_GLUE(a, b) TILE_GLUE_(a, b)

/* 16 bytes: what every x86-64 and every 64-bit ARM has. */
#define VEC_BYTES 16
#define TILE_NAME tile_128
#define TILE_TARGET
#include "tensor/kernels/gemm/tile.inc"

#if defined(__x86_64__)

#define VEC_BYTES 32
#define TILE_NAME tile_256
#define TILE_TARGET __attribute__((target("avx2")))
#include "tensor/kernels/gemm/tile.inc"

#define VEC_BYTES 64
#define TILE_NAME tile_512
#define TILE_TARGET __attribute__((target("avx512f")))
#include "tensor/kernels/gemm/tile.inc"

GemmTile gemm_tile_version(int i) {
    if (i == 0) return tile_128;
    if (i == 1 && __builtin_cpu_supports("avx2")) return tile_256;
    if (i == 2 && __builtin_cpu_supports("avx512f")) return tile_512;
    return NULL;
}

#else

GemmTile gemm_tile_version(int i) {
    return i == 0 ? tile_128 : NULL;
}

#endif

GemmTile gemm_tile_best(void) {
    GemmTile best = NULL;
    for (int i = 0; gemm_tile_version(i); i++)
        best = gemm_tile_version(i);
    return best;
}
