#include "tensor/pool_simd.h"

#include <string.h>

#include "tensor/simd.h"

#define SIMD_FILE "tensor/pool_simd.inc"
#include "tensor/simd_versions.inc"

const PoolCode *pool_code(int i) {
    static const PoolCode *const versions[] = SIMD_VERSIONS(code);
    return i <= simd_widest() ? versions[i] : NULL;
}

const PoolCode *pool_code_best(void) {
    return pool_code(simd_widest());
}
