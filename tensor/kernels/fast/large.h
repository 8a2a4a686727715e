/* Convolution with a window of 6x6 or 9x9 by Winograd's algorithm for 3x3, for
 * kernels_fast. Arguments as in tensor/kernels/kernels.h.
 *
 *     if (large_suits(&d)) large_forward(&d, x, w, b, y, NULL, workspace);
 *
 * A window of 9x9 is nine blocks (U, V) of 3x3:
 *
 *     y[i,j] = sum over U, V of z_UV[i + 3 U, j + 3 V]
 *     z_UV[i,j] = sum over c and u, v < 3 of w[c, 3 U + u, 3 V + v] x[c, i + u - p, j + v - p]
 *
 * From few channels to many, the shifts are applied to x: a 3x3 convolution of nine times as
 * many channels, whose sum over U and V happens between the transforms. From many to few
 * they are applied to z: a 3x3 convolution to nine times as many channels, and then a sum of
 * shifted images. Either way most of the channels are few, and the products a quarter.
 *
 * Rounding, threads, NaN: as in winograd.h. */
#ifndef TENSOR_KERNELS_FAST_LARGE_H
#define TENSOR_KERNELS_FAST_LARGE_H

#include "tensor/kernels/kernels.h"

/* Windows of 6x6 or 9x9, stride 1, padding inside the window; up to 4 channels in, at least
 * 16 with their shifts, and at least 16 out. */
bool large_suits(const ConvDims *d);
size_t large_workspace(const ConvDims *d);

/* `signs`: NULL, or a ReLU is applied to y and these are its bits (relu_signs.h). */
void large_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                   real *y, uint8_t *signs, void *workspace);

/* The same windows from at least 16 channels to at most 4. Backward goes from few channels
 * to many. */
bool large_few_suits(const ConvDims *d);
size_t large_few_workspace(const ConvDims *d);
void large_few_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                       real *y, void *workspace);
void large_few_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                             bool add, void *workspace);

#endif
