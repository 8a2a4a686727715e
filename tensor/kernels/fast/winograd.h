/* 3x3 convolution with stride 1 with a quarter of the multiplications, forward and for
 * the gradient with respect to the input, for kernels_fast. Arguments as in
 * tensor/kernels/kernels.h.
 *
 *     if (winograd_suits(&d)) winograd_forward(&d, x, w, b, y, NULL, workspace);
 *
 * Rounding: relative to the root mean square of the output, the float error is about
 * 0.9e-6 at 512 channels, four times that of the direct sum; tests/test_winograd.c holds
 * it to 1.5e-6. The 4x4 outputs of a tile share the error: an output whose exact value
 * is 0, beside others that are large, holds rounding noise. Results do not depend on the
 * number of threads, but in the last bits on the processor's vector instructions. With a
 * NaN or an infinity in the input, every output that is not finite in the direct sum is
 * NaN; the other outputs of the same tiles may be NaN, too, but no other tile is
 * affected. */
#ifndef TENSOR_KERNELS_FAST_WINOGRAD_H
#define TENSOR_KERNELS_FAST_WINOGRAD_H

#include "tensor/kernels/kernels.h"

/* 3x3, stride 1, padding at most 2: what the functions below support. */
bool winograd_possible(const ConvDims *d);

/* Supported, and with enough channels and positions to be faster than the direct sum. */
bool winograd_suits(const ConvDims *d);

/* Bytes of workspace for either direction and the number of threads now set. */
size_t winograd_workspace(const ConvDims *d);

/* `signs`: NULL, or a ReLU is applied to y and these are its bits (relu_signs.h). */
void winograd_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                      real *y, uint8_t *signs, void *workspace);
void winograd_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                            bool add, void *workspace);

#endif
