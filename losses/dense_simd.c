#include "losses/dense_simd.h"

#include "tensor/kernels/simd/simd.h"

#define SIMD_FILE "losses/dense_simd.inc"
#include "tensor/kernels/simd/versions.inc"

const DenseCode *dense_code_best(void) {
    static const DenseCode *const versions[] = SIMD_VERSIONS(code);
    return versions[simd_widest()];
}
