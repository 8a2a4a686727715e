#include "tensor/weight_tile.h"

#include "tensor/winograd_simd.h"

#define SIMD_FILE "tensor/weight_tile.inc"
#include "tensor/simd_versions.inc"

const WeightTile *weight_tile(int i) {
    static const WeightTile *const versions[] = SIMD_VERSIONS(weight_tile);
    return i <= simd_widest() ? versions[i] : NULL;
}
