#include "tensor/weight_tile.h"

#define ROOT_HALF ((real)0.70710678118654752440)
#define ROOT_TWO ((real)1.41421356237309504880)

#define LANES FMA_LANES_128
#define ROWS FMA_ROWS_128
#define NAME(word) word##_128
#define TARGET
#include "tensor/weight_tile.inc"

#if defined(__x86_64__)

#define LANES FMA_LANES_256
#define ROWS FMA_ROWS_256
#define NAME(word) word##_256
#define TARGET __attribute__((target("avx2,fma")))
#include "tensor/weight_tile.inc"

#define LANES FMA_LANES_512
#define ROWS FMA_ROWS_512
#define NAME(word) word##_512
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,fma")))
#include "tensor/weight_tile.inc"

const WeightTile *weight_tile(int i) {
    static const WeightTile *const all[] = {&weight_tile_128, &weight_tile_256,
                                            &weight_tile_512};
    return fma_tile(i) ? all[i] : NULL;
}

#else

const WeightTile *weight_tile(int i) {
    return i == 0 ? &weight_tile_128 : NULL;
}

#endif
