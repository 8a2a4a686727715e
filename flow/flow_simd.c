#include "flow/flow_simd.h"

#include "tensor/kernels/simd/simd.h"

/* A median of 25 numbers is the last of them, when the smallest and the largest of 14 are
 * thrown away, then those of what is left and one more, and so on: an extreme of 14
 * numbers has 13 that lie on one side of it and is not the middle of 25. */
enum { NUMBERS = FLOW_WINDOW * FLOW_WINDOW, FIRST = NUMBERS / 2 + 2 };

#define SIMD_FILE "flow/flow_simd.inc"
#include "tensor/kernels/simd/versions.inc"

const FlowCode *flow_code_best(void) {
    static const FlowCode *const versions[] = SIMD_VERSIONS(code);
    return versions[simd_widest()];
}
