/* The two ways to the gradient of a block of weights: up to 64 output channels by 64
 * input channels by the window. weight.c cuts the weights into blocks.
 *
 * Either way the pictures are cut into units: a unit is what is prepared and used while
 * it stays in the second-level cache. The sums of a block come as
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
    const FmaTile *fma; /* turns pictures: channels side by side */
    const WeightTile *tile;
    const real *x, *dy;
    ptrdiff_t o, outs;     /* output channels o .. o + outs */
    ptrdiff_t c, channels; /* input channels c .. c + channels */
    ptrdiff_t weights; /* k in sums: channels times window, rounded up to whole tiles */
} WeightBlock;

typedef struct WeightWay {
    /* Units in all pictures, and numbers of scratch that run() wants. */
    ptrdiff_t (*units)(const ConvDims *d);
    ptrdiff_t (*scratch)(const ConvDims *d, ptrdiff_t lanes);

    /* sums = what the units first .. end give. */
    void (*run)(const WeightBlock *b, ptrdiff_t first, ptrdiff_t end, real *scratch,
                real *sums);
} WeightWay;

/* All convolutions: products as they are (weight_direct.c). */
extern const WeightWay weight_bands;

/* Those that Winograd suits: 36 products in place of 144 (weight_winograd.c). */
extern const WeightWay weight_winograd;

#endif
