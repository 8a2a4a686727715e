#include "tensor/kernels/simd/sums.h"

#include <stdint.h>
#include <string.h>

#include "tensor/kernels/simd/simd.h"

enum { PRODUCTS, SQUARED_DIFFERENCES, ABSOLUTE_DIFFERENCES };

#define SIMD_FILE "tensor/kernels/simd/sums.inc"
#include "tensor/kernels/simd/versions.inc"

const SumCode *sum_code(int i) {
    static const SumCode *const versions[] = SIMD_VERSIONS(code);
    return i <= simd_widest() ? versions[i] : NULL;
}

const SumCode *sum_code_best(void) {
    return sum_code(simd_widest());
}
