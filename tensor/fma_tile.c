#include "tensor/fma_tile.h"

#include <string.h>

#include "tensor/interleave.h"

/* One panel: panel[k width + i] = from[i across + k along], 0 where i >= known. */
static void pack_any(const real *from, ptrdiff_t across, ptrdiff_t along, ptrdiff_t known,
                     ptrdiff_t width, ptrdiff_t depth, real *panel) {
    for (ptrdiff_t k = 0; k < depth; k++)
        for (ptrdiff_t i = 0; i < width; i++)
            panel[k * width + i] = i < known ? from[i * across + k * along] : 0;
}

/* 16 bytes: what every x86-64 and every 64-bit ARM has. */
#define LANES FMA_LANES_128
#define ROWS FMA_ROWS_128
#define VECS FMA_VECS_128
#define NAME(word) word##_128
#define TARGET
#include "tensor/fma_tile.inc"

#if defined(__x86_64__)

#define LANES FMA_LANES_256
#define ROWS FMA_ROWS_256
#define VECS FMA_VECS_256
#define NAME(word) word##_256
#define TARGET __attribute__((target("avx2,fma")))
#include "tensor/fma_tile.inc"

#define LANES FMA_LANES_512
#define ROWS FMA_ROWS_512
#define VECS FMA_VECS_512
#define NAME(word) word##_512
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,fma")))
#include "tensor/fma_tile.inc"

const FmaTile *fma_tile(int i) {
    if (i == 0) return &fma_tile_128;
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (i == 1 && avx2) return &fma_tile_256;
    bool avx512 = __builtin_cpu_supports("avx512f") &&
                  __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
    if (i == 2 && avx2 && avx512) return &fma_tile_512;
    return NULL;
}

#else

const FmaTile *fma_tile(int i) {
    return i == 0 ? &fma_tile_128 : NULL;
}

#endif

const FmaTile *fma_tile_best(void) {
    const FmaTile *best = NULL;
    for (int i = 0; fma_tile(i); i++)
        best = fma_tile(i);
    return best;
}
