#include "tensor/kernels/simd/pool.h"

#include <string.h>

#include "tensor/kernels/simd/simd.h"

#define SIMD_FILE "tensor/kernels/simd/pool.inc"
#include "tensor/kernels/simd/versions.inc"

const PoolCode *pool_code(int i) {
    static const PoolCode *const versions[] = SIMD_VERSIONS(code);
    return i <= simd_widest() ? versions[i] : NULL;
}

const PoolCode *pool_code_for(ptrdiff_t windows) {
    int i = simd_widest();
    while (i > 0 && (ptrdiff_t)LANES_OF_16 << i > windows)
        i--;
    return pool_code(i);
}
