/* The largest of some numbers.
 *
 * Loops of fmax over floats crash gcc 12.2 for ARM64, the compiler of Debian 12, at -O3
 * ("internal compiler error: in vect_transform_reduction", gone in 12.4). These compare
 * instead, so files that need such a maximum take it from here. */
#ifndef TENSOR_LARGEST_H
#define TENSOR_LARGEST_H

#include <stddef.h>

#include "tensor/real.h"

/* max |x_i - y_i|, or max |x_i| when y is NULL; 0 for no elements. NaN is ignored. */
double largest_difference(size_t n, const real *x, const real *y);

#endif
