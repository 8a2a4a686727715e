/* The gradient of a bias, which is added to every position of its channel.
 *
 *     sum[c] += sum over n and all `plane` positions of x (n, c, plane)
 *
 * On all threads; each sum is made in lanes whose order depends on the sizes only. */
#ifndef TENSOR_KERNELS_CHANNEL_SUM_H
#define TENSOR_KERNELS_CHANNEL_SUM_H

#include <stddef.h>

#include "tensor/real.h"

void channel_sum(int n, int c, size_t plane, const real *x, real *sum);

#endif
