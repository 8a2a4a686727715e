/* Depthwise convolution: every output channel reads one input channel. With m = o / c
 * outputs for each input, zeros outside of the image, stride s, padding p, dilation e:
 *
 *     y[n,k,i,j] = b[k] + sum over u,v of w[k,u,v] x[n, k / m, i s + u e - p, j s + v e - p]
 *
 * There is no sum over channels, so a matrix product would be one row high. A window is
 * added row by row: a row of y takes kh kw rows of x, which stay in the first-level cache.
 *
 * Sizes and letters as in tensor/kernels/kernels.h, but for w, which is (o, kh, kw). */
#ifndef NN_DEPTHWISE_H
#define NN_DEPTHWISE_H

#include "tensor/kernels/kernels.h"

void depthwise_forward(const ConvDims *d, int dilation, const real *x, const real *w,
                       const real *b, real *y);

void depthwise_backward_data(const ConvDims *d, int dilation, const real *dy,
                             const real *w, real *dx, bool add);
void depthwise_backward_weight(const ConvDims *d, int dilation, const real *x,
                               const real *dy, real *dw);

#endif
