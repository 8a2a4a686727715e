/* 3x3 convolution with stride 1 at a quarter of the multiplications, forward and back to
 * the input, for kernels_fast. Arguments as in tensor/kernels/kernels.h.
 *
 *     if (winograd_suits(&d)) winograd_forward(&d, x, w, b, y, NULL, scratch);
 *
 * Rounding: relative to the root mean square of the output, the float error is about
 * 0.9e-6 at 512 channels, four times that of the plain sum; tests/test_winograd.c holds
 * it to 1.5e-6. The error is shared by the 4x4 outputs of a tile, so one that ought to be
 * 0 beside others that are not holds rounding noise. Results do not depend on the number
 * of threads, but in the last bits on the processor's vector instructions. A NaN or an
 * infinity in the input spoils every output that the plain sum spoils, as NaN, and may
 * spoil the rest of the tiles of those outputs, but no other tile. */
#ifndef TENSOR_KERNELS_FAST_WINOGRAD_H
#define TENSOR_KERNELS_FAST_WINOGRAD_H

#include "tensor/kernels/kernels.h"

/* 3x3, stride 1, padding at most 2: what the functions below can do. */
bool winograd_possible(const ConvDims *d);

/* Possible, and with enough channels and places to be faster than the plain sum. */
bool winograd_suits(const ConvDims *d);

/* Bytes of scratch for either direction and the number of threads now set. */
size_t winograd_scratch(const ConvDims *d);

/* `signs`: NULL, or a ReLU follows at once and these bits are what it leaves. */
void winograd_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                      real *y, uint8_t *signs, void *scratch);
void winograd_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                            bool add, void *scratch);

#endif
