/* Convolution of an image with few channels, as in the first layer of every network:
 * forward, and the gradient with respect to the image, for kernels_fast. Arguments as in
 * tensor/kernels/kernels.h.
 *
 *     if (narrow_suits(&d)) narrow_forward(&d, x, w, b, y, NULL, workspace);
 *
 * Three channels are too few for a fast matrix product: writing and reading the column
 * matrix takes longer than the product. Here the windows are read directly.
 *
 * Rounding: a sum of r products is off by at most (r + 2) epsilon / 2 sum |w x|, in
 * practice by the square root of that factor. The number of threads does not change a
 * bit, nor does the width of vectors; but not every processor has fused multiply-adds.
 * An output is NaN or infinite if its sum contains NaN or infinity; the zeros around the
 * image are terms of sums, too. */
#ifndef TENSOR_KERNELS_FAST_NARROW_H
#define TENSOR_KERNELS_FAST_NARROW_H

#include "tensor/kernels/kernels.h"

/* At most 4 channels, windows of at most 9x9, stride 1 or 2. */
bool narrow_suits(const ConvDims *d);

/* What narrow_forward takes: these, and with stride 2 also up to 64 channels, for windows
 * of at least 2x2 whose sums have at most 1024 terms. Lines are then a quarter of each
 * channel, and there is no column matrix, which has every pixel as often as the windows
 * overlap. */
bool narrow_suits_forward(const ConvDims *d);

/* What narrow_backward_data takes: these, and with stride 2 also up to 64 channels, for
 * windows of at least 2x2. dx then falls apart into four images (even and odd rows and
 * columns), each a sum of shifted lines of dy, without the column matrix of scatter.c. */
bool narrow_suits_backward(const ConvDims *d);

/* Bytes of workspace for either direction and the number of threads now set. */
size_t narrow_workspace(const ConvDims *d);
size_t narrow_forward_workspace(const ConvDims *d);
size_t narrow_backward_workspace(const ConvDims *d);

/* `signs`: NULL, or a ReLU is applied to y and these are its bits (relu_signs.h). */
void narrow_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                    real *y, uint8_t *signs, void *workspace);

/* The same without bias, over or to what y holds: for gradients (few.h). */
void narrow_forward_data(const ConvDims *d, const real *x, const real *w, real *y,
                         bool add, void *workspace);

void narrow_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                          bool add, void *workspace);

#endif
