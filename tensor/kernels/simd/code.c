#include "tensor/kernels/simd/code.h"

#include "tensor/kernels/simd/tables.h"

#define VERSION(width)                                                                   \
    {                                                                                    \
        .fma = &simd_fma_##width, .weight = &simd_weight_##width,                        \
        .narrow = &simd_narrow_##width, .winograd = &simd_winograd_##width,              \
        .lines = &simd_lines_##width, .pool = &simd_pool_##width,                        \
        .sums = &simd_sums_##width,                                                      \
    }

static const SimdCode versions[] = {
    VERSION(128),
#ifdef SIMD_WIDER
    VERSION(256),
    VERSION(512),
#endif
};

const SimdCode *simd_code(int i) {
    return i <= simd_widest() ? &versions[i] : NULL;
}

const SimdCode *simd_best(void) {
    return simd_code(simd_widest());
}

const SimdCode *simd_filled_by(ptrdiff_t count) {
    int i = simd_widest();
    while (i > 0 && ((ptrdiff_t)LANES_OF_16 << i) > count)
        i--;
    return simd_code(i);
}
