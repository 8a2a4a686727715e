/* Sums over long arrays, on all processors, with one answer.
 *
 *     double loss = sum_squared_differences(n, features, target);
 *
 * Floating-point sums depend on their order. Here the order is fixed by the length alone:
 * an array is cut into parts, one thread adds up a part in double, in 16 interleaved
 * lanes, and lanes and parts are added in order. The bits are the same for any number of
 * threads and any width of vectors.
 *
 *     part 0                                 part 1
 *     a0 a1 ... a15 | a16 a17 ... a31 | ...  ...
 *     lane 0 1 .. 15  0   1   ... 15 */
#ifndef TENSOR_KERNELS_SUMS_H
#define TENSOR_KERNELS_SUMS_H

#include <stddef.h>

#include "tensor/real.h"

/* Sum of a_i b_i. */
double sum_products(size_t n, const real *a, const real *b);

/* Sum of (a_i - b_i)^2. */
double sum_squared_differences(size_t n, const real *a, const real *b);

/* Sum of |a_i - b_i|. */
double sum_absolute_differences(size_t n, const real *a, const real *b);

/* y = y + scale x, and then the sum of y_i z_i, in one pass over memory. */
double sum_products_after_add(size_t n, double scale, const real *x, real *y,
                              const real *z);

#endif
