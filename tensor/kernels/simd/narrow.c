#include "tensor/kernels/simd/narrow.h"

#include <string.h>

#include "tensor/kernels/simd/simd.h"

#define PIECES 16 /* columns whose bits are made at once: four bytes */

/* The bit of each column in the byte that its piece has. */
static const Lane bit_of_column[PIECES] = {1, 2, 4, 8, 1, 2, 4, 8,
                                           1, 2, 4, 8, 1, 2, 4, 8};

typedef uint32_t FourWords __attribute__((vector_size(16)));
typedef uint8_t FourBytes __attribute__((vector_size(4)));

#define SIMD_FILE "tensor/kernels/simd/narrow.inc"
#include "tensor/kernels/simd/versions.inc"

const NarrowCode *narrow_code(int i) {
    static const NarrowCode *const versions[] = SIMD_VERSIONS(code);
    return i <= simd_widest() ? versions[i] : NULL;
}

const NarrowCode *narrow_code_best(void) {
    return narrow_code(simd_widest());
}
