/* Sums and products of long vectors, on all processors, with one answer.
 *
 * Floating-point sums depend on their order. Here the order is fixed by the length alone:
 * a vector is cut into VECTOR_PARTS parts, a part is added up by one thread in double, in
 * eight interleaved lanes that fit a vector register, and the parts are added in order.
 * One thread or many, the bits are the same. */
#ifndef OPTIM_VECTOR_H
#define OPTIM_VECTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "tensor/real.h"

#define VECTOR_PARTS 64

/* Shorter vectors stay on one thread: waking the others takes longer than the work. */
#define VECTOR_SMALL ((size_t)32 << 10)

/* a . b */
double vector_dot(size_t n, const real *a, const real *b);

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
