/* The gradient of a bias: what one number per channel, added everywhere, hands back.
 *
 *     sum[c] += sum over n and all `plane` places of x (n, c, plane)
 *
 * On all threads; a sum takes its numbers in lanes whose order depends on the sizes only.
 */
#ifndef TENSOR_KERNELS_CHANNEL_SUM_H
#define TENSOR_KERNELS_CHANNEL_SUM_H

#include <stddef.h>

#include "tensor/real.h"

void channel_sum(int n, int c, size_t plane, const real *x, real *sum);

#endif
