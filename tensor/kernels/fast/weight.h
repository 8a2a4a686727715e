/* The gradient of a convolution with respect to its weights, on fused multiply-adds: for
 * training, where batches of small pictures are as usual as one large picture.
 *
 * Arguments as in tensor/kernels/kernels.h. Each weight is a sum of sums: over the
 * positions of a band of a few hundred, over the bands of a piece, over the pieces. How
 * they are cut depends on the sizes only, so the number of threads does not change a bit.
 */
#ifndef TENSOR_KERNELS_FAST_WEIGHT_H
#define TENSOR_KERNELS_FAST_WEIGHT_H

#include "tensor/kernels/kernels.h"

size_t fast_weight_scratch(const ConvDims *d);
void fast_weight(const ConvDims *d, const real *x, const real *dy, real *dw,
                 void *scratch);

/* The same with that version of the vector code (simd/simd.h), which must exist. */
void fast_weight_by(int version, const ConvDims *d, const real *x, const real *dy,
                    real *dw, void *scratch);

#endif
