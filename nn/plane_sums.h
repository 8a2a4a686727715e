/* Sums over one channel of one image, on the calling thread, added in double in lanes
 * whose order depends on the length alone. */
#ifndef NN_PLANE_SUMS_H
#define NN_PLANE_SUMS_H

#include <stddef.h>

#include "tensor/real.h"

/* Sum of x_i. */
double plane_sum(size_t n, const real *x);

/* Sum of (a_i - mean_a) b_i, and of (a_i - mean_a)^2. */
double plane_products(size_t n, const real *a, double mean_a, const real *b);
double plane_squares(size_t n, const real *a, double mean_a);

#endif
