/* Sums and products of long vectors, on all processors, with one answer: sums are those
 * of tensor/kernels/sums.h, whose order is fixed by the length alone. */
#ifndef OPTIM_VECTOR_H
#define OPTIM_VECTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "tensor/real.h"

/* a . b */
double vector_dot(size_t n, const real *a, const real *b);

/* y = y + scale x, and then y . z, in one walk through memory. */
double vector_add_dot(size_t n, double scale, const real *x, real *y, const real *z);

/* Sum of |a_i|. */
double vector_sum_abs(size_t n, const real *a);

/* Largest |a_i|; NaN when there is a NaN. */
double vector_max_abs(size_t n, const real *a);

/* y = scale x; x and y may be the same. */
void vector_scale(size_t n, double scale, const real *x, real *y);

/* y = y + scale x */
void vector_add(size_t n, double scale, const real *x, real *y);

/* y = a - b; y may be one of them. */
void vector_subtract(size_t n, const real *a, const real *b, real *y);

/* y = x */
void vector_copy(size_t n, const real *x, real *y);

#endif
