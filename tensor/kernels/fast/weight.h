/* The gradient of a convolution with respect to its weights, on fused multiply-adds: for
 * training, on batches of small images and on large images.
 *
 * Arguments as in tensor/kernels/kernels.h. Each weight is a sum in three
 * levels: over the positions of a unit (a few hundred), over the units of a part, over
 * the parts. How they are cut depends on the sizes only, so the number of threads does
 * not change a bit. */
#ifndef TENSOR_KERNELS_FAST_WEIGHT_H
#define TENSOR_KERNELS_FAST_WEIGHT_H

#include "tensor/kernels/kernels.h"

size_t fast_weight_workspace(const ConvDims *d);
void fast_weight(const ConvDims *d, const real *x, const real *dy, real *dw,
                 void *workspace);

/* The same with that version of the vector code (simd/simd.h), which must exist. */
void fast_weight_by(int version, const ConvDims *d, const real *x, const real *dy,
                    real *dw, void *workspace);

#endif
