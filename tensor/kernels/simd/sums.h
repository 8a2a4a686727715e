/* One part of each sum of sums.h, on one thread, for sums.c. */
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

/* Version number i, from 0, or NULL after the last that this processor can run. */
const SumCode *sum_code(int i);

/* The fastest version for this processor. */
const SumCode *sum_code_best(void);

#endif
