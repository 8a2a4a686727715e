/* Vector code whose products and sums are fused where the instruction set can do it: one
 * rounding in place of two, which is twice as fast. See NAME(fma) in prelude.inc. */
#ifndef __clang__
#pragma GCC optimize("fp-contract=fast")
#endif

#include <string.h>

#include "tensor/kernels/simd/tables.h"
#include "tensor/mirror.h"

/* One panel: panel[k width + i] = from[i across + k along], and 0 where i >= size. */
static void pack_any(const real *from, ptrdiff_t across, ptrdiff_t along, ptrdiff_t size,
                     ptrdiff_t width, ptrdiff_t depth, real *panel) {
    for (ptrdiff_t k = 0; k < depth; k++)
        for (ptrdiff_t i = 0; i < width; i++)
            panel[k * width + i] = i < size ? from[i * across + k * along] : 0;
}

#define BIT_COLUMNS 16 /* columns whose ReLU bits are computed at once: four bytes */

/* The bit of each column in its byte. */
static const Lane bit_of_column[BIT_COLUMNS] = {1, 2, 4, 8, 1, 2, 4, 8,
                                                1, 2, 4, 8, 1, 2, 4, 8};

typedef uint32_t FourWords __attribute__((vector_size(16)));
typedef uint8_t FourBytes __attribute__((vector_size(4)));

#define SIMD_FILE "tensor/kernels/simd/fused.inc"
#include "tensor/kernels/simd/versions.inc"
