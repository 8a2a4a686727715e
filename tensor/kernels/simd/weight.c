#include "tensor/kernels/simd/weight.h"

#include "tensor/kernels/simd/winograd.h"

#define SIMD_FILE "tensor/kernels/simd/weight.inc"
#include "tensor/kernels/simd/versions.inc"

const WeightTile *weight_tile(int i) {
    static const WeightTile *const versions[] = SIMD_VERSIONS(weight_tile);
    return i <= simd_widest() ? versions[i] : NULL;
}
