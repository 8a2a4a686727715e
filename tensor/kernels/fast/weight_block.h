/* The two methods for the gradient of a block of weights: up to 64 output channels by 64
 * input channels by the window. weight.c cuts the weights into blocks.
 *
 * Both cut the images into units: a unit is the part that is packed and used while it
 * stays in the second-level cache. The sums of a block are stored as
 *
 *     sums (o / 2 lanes, k, 2, lanes)      k = (c, u, v); the last pair may be one vector
 */
#ifndef TENSOR_KERNELS_FAST_WEIGHT_BLOCK_H
#define TENSOR_KERNELS_FAST_WEIGHT_BLOCK_H

#include "tensor/kernels/kernels.h"
#include "tensor/kernels/simd/weight.h"

#define WEIGHT_BLOCK 64

typedef struct WeightBlock {
    const ConvDims *d;
    const FmaKernel *fma; /* packs images: channels side by side */
    const WeightKernel *kernel;
    const real *x, *dy;
    ptrdiff_t o, outs;     /* output channels o .. o + outs */
    ptrdiff_t c, channels; /* input channels c .. c + channels */
    ptrdiff_t weights;     /* channels times window, rounded up to a multiple of MR */
} WeightBlock;

typedef struct WeightMethod {
    /* Units in all images, and elements of workspace that run() requires. */
    ptrdiff_t (*units)(const ConvDims *d);
    ptrdiff_t (*workspace)(const ConvDims *d, ptrdiff_t lanes);

    /* sums = the contributions of the units first .. end. */
    void (*run)(const WeightBlock *b, ptrdiff_t first, ptrdiff_t end, real *workspace,
                real *sums);
} WeightMethod;

/* For all convolutions: direct sums (weight_direct.c). */
extern const WeightMethod weight_direct;

/* Where winograd_suits: 36 multiplications in place of 144 (weight_winograd.c). */
extern const WeightMethod weight_winograd;

#endif
