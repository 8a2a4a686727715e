/* Convolution to few channels, as in the last layer of a network that makes pictures, for
 * kernels_fast. Arguments as in tensor/kernels/kernels.h.
 *
 *     if (few_suits(&d)) few_forward(&d, x, w, b, y, workspace);
 *
 * A matrix product with three rows would mostly write and read its column matrix. But with
 * stride 1, a convolution from c to o channels and one from o to c are each other's
 * adjoint when the windows are rotated by 180 degrees and the padding is kh - 1 - pad:
 *
 *     w'[c,o,u,v] = w[o,c, kh-1-u, kw-1-v]
 *     y  = narrow's gradient of the image for dy' = x
 *     dx = narrow's forward pass for x' = dy
 *     dw = the gradient of w' for x' = dy, dy' = x
 *
 * so narrow.h and weight.h do the work, with their rounding. */
#ifndef TENSOR_KERNELS_FAST_FEW_H
#define TENSOR_KERNELS_FAST_FEW_H

#include "tensor/kernels/kernels.h"

/* More than 4 channels to at most 4, square windows of 2x2 to 9x9, stride 1, and padding
 * inside the window. */
bool few_suits(const ConvDims *d);

/* The convolution back, from o to c channels, for windows that are rotated. */
ConvDims few_adjoint(const ConvDims *d);

/* Bytes of workspace for all of them and the number of threads now set. */
size_t few_workspace(const ConvDims *d);

void few_forward(const ConvDims *d, const real *x, const real *w, const real *b, real *y,
                 void *workspace);
void few_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                       bool add, void *workspace);
void few_backward_weight(const ConvDims *d, const real *x, const real *dy, real *dw,
                         void *workspace);

#endif
