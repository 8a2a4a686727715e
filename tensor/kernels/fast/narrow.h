/* Convolution of a picture with few channels, as in the first layer of every network,
 * forward and back to the picture, for kernels_fast. Arguments as in
 * tensor/kernels/kernels.h.
 *
 *     if (narrow_suits(&d)) narrow_forward(&d, x, w, b, y, NULL, scratch);
 *
 * Three channels are too few for a good matrix product: writing and reading its columns
 * takes longer than the product. Here the windows are read where they lie.
 *
 * Rounding: a sum of r products is off by at most (r + 2) epsilon / 2 sum |w x|, in
 * practice by the square root of that factor. The number of threads does not change a
 * bit, nor does the width of vectors; but not every processor has fused multiply-adds.
 * NaN and infinity spoil the outputs whose sums they are in; the zeros around the picture
 * are terms as well. */
#ifndef TENSOR_KERNELS_FAST_NARROW_H
#define TENSOR_KERNELS_FAST_NARROW_H

#include "tensor/kernels/kernels.h"

/* At most 4 channels, windows of at most 9x9, stride 1 or 2. */
bool narrow_suits(const ConvDims *d);

/* Bytes of scratch for either direction and the number of threads now set. */
size_t narrow_scratch(const ConvDims *d);
size_t narrow_forward_scratch(const ConvDims *d);
size_t narrow_backward_scratch(const ConvDims *d);

/* `signs`: NULL, or a ReLU follows at once and these bits are what it leaves. */
void narrow_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                    real *y, uint8_t *signs, void *scratch);
void narrow_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                          bool add, void *scratch);

#endif
