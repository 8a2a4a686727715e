/* The gradient of an image whose border is its mirror image (ConvDims.mirror): the outputs
 * of the convolution are those of the image with its border, and every border pixel is
 * added to the pixel that it shows.
 *
 * What lies inside goes to its place at once. The border has memory of its own, a ring for
 * each channel, because the pixels that it is added to may be another thread's. */
#ifndef TENSOR_KERNELS_FAST_WINOGRAD_FOLD_H
#define TENSOR_KERNELS_FAST_WINOGRAD_FOLD_H

#include "tensor/kernels/fast/winograd_plan.h"

/* `columns` outputs of row i of a channel of an image, number `plane`, from column j on. */
void winograd_fold_row(const Winograd *g, ptrdiff_t plane, ptrdiff_t i, ptrdiff_t j,
                       ptrdiff_t columns, const real *from);

/* Adds the rings to y, when all rows are there. */
void winograd_fold_rings(const Winograd *g, ptrdiff_t planes);

#endif
