#include "tensor/kernels/gemm/tile.h"

#include "tensor/kernels/simd/simd.h"

#define SIMD_FILE "tensor/kernels/gemm/tile.inc"
#include "tensor/kernels/simd/versions.inc"

GemmKernel gemm_tile_version(int i) {
    static const GemmKernel versions[] = SIMD_VERSIONS(tile);
    return i <= simd_widest() ? versions[i] : NULL;
}

GemmKernel gemm_tile_best(void) {
    return gemm_tile_version(simd_widest());
}
