/* The convolution kernels for channels that are cut into groups: the outputs of a group
 * read the inputs of the same group only, so a grouped convolution is one convolution for
 * each image and group. With as many groups as channels it is called depthwise.
 *
 *     x (n, groups c, h, w)   weight (groups o, c, kh, kw)   y (n, groups o, oh, ow)
 *
 * Arguments as in tensor/kernels/kernels.h; the sizes are those of all groups together,
 * c and o are multiples of `groups`. With one group the kernels are called as they are. */
#ifndef NN_GROUPED_H
#define NN_GROUPED_H

#include "tensor/kernels/kernels.h"

size_t grouped_workspace(const ConvDims *d, int groups);

/* `signs`: NULL, or a ReLU is applied to y and these are its bits. */
void grouped_forward(const ConvDims *d, int groups, const real *x, const real *w,
                     const real *b, real *y, uint8_t *signs, void *workspace);
void grouped_backward_data(const ConvDims *d, int groups, const real *dy, const real *w,
                           real *dx, bool add, void *workspace);
void grouped_backward_weight(const ConvDims *d, int groups, const real *x, const real *dy,
                             real *dw, void *workspace);

#endif
