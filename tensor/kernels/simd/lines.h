/* Two lines become one, as a gradient with stride 2 is written.
 *
 *     a0 a1 a2 ...
 *     b0 b1 b2 ...     alternate     a0 b0 a1 b1 a2 b2 ... */
#ifndef TENSOR_KERNELS_SIMD_LINES_H
#define TENSOR_KERNELS_SIMD_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "tensor/real.h"

typedef struct LineCode {
    /* y[2 j] = or += a[j] and y[2 j + 1] = or += b[j], for j < count. */
    void (*alternate)(const real *a, const real *b, ptrdiff_t count, real *y, bool add);
} LineCode;

#endif
