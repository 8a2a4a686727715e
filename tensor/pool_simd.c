#include "tensor/pool_simd.h"

#include <string.h>

#include "tensor/simd.h"

#ifdef REAL_DOUBLE
typedef int64_t PlaceInt; /* an integer as wide as a real */
#else
typedef int32_t PlaceInt;
#endif

#define SIMD_FILE "tensor/pool_simd.inc"
#include "tensor/simd_versions.inc"

const PoolCode *pool_code(int i) {
    static const PoolCode *const versions[] = SIMD_VERSIONS(code);
    return i <= simd_widest() ? versions[i] : NULL;
}

const PoolCode *pool_code_best(void) {
    return pool_code(simd_widest());
}
