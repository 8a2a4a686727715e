/* One part of each sum of kernels/sums.h, on one thread, for kernels/sums.c. */
#ifndef TENSOR_KERNELS_SIMD_SUMS_H
#define TENSOR_KERNELS_SIMD_SUMS_H

#include <stddef.h>

#include "tensor/real.h"

#define SUM_LANES 16

typedef struct SumCode {
    double (*products)(size_t n, const real *a, const real *b);
    double (*squared_differences)(size_t n, const real *a, const real *b);
    double (*absolute_differences)(size_t n, const real *a, const real *b);
    double (*products_after_add)(size_t n, real scale, const real *x, real *y,
                                 const real *z);
} SumCode;

#endif
