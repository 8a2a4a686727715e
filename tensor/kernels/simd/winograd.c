#include "tensor/kernels/simd/winograd.h"

#include "tensor/kernels/simd/fma.h"

#define SIMD_FILE "tensor/kernels/simd/winograd.inc"
#include "tensor/kernels/simd/versions.inc"

const WinogradCode *winograd_code(int i) {
    static const WinogradCode *const versions[] = SIMD_VERSIONS(code);
    return i <= simd_widest() ? versions[i] : NULL;
}

const WinogradCode *winograd_code_best(void) {
    return winograd_code(simd_widest());
}
