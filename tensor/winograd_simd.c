#include "tensor/winograd_simd.h"

#include "tensor/fma_tile.h"

#define SIMD_FILE "tensor/winograd_simd.inc"
#include "tensor/simd_versions.inc"

const WinogradCode *winograd_code(int i) {
    static const WinogradCode *const versions[] = SIMD_VERSIONS(code);
    return i <= simd_widest() ? versions[i] : NULL;
}

const WinogradCode *winograd_code_best(void) {
    return winograd_code(simd_widest());
}
