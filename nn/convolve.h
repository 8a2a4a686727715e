/* How a node of conv2d is computed.
 *
 * With a reflected or repeated border, x is copied to the workspace with its border, and
 * the convolution of the copy needs no padding. The gradient of every border pixel is
 * added to that of the pixel it is a copy of (border.h).
 *
 * The kernels (tensor/kernels/kernels.h) know neither groups nor dilation. A convolution
 * with one group is theirs; one with groups is theirs for each group (grouped.h); with as
 * many groups as input channels it has loops of its own (depthwise.h); a dilated one falls
 * apart into several of theirs (dilated.h). */
#ifndef NN_CONVOLVE_H
#define NN_CONVOLVE_H

#include "autograd/op.h"
#include "tensor/kernels/kernels.h"

/* Rows or columns of x from the first to the last that a window of that side reads. */
int convolve_reach(const Node *y, int window);

/* The sizes for the kernels: with a border of pixels, those of the padded image. oh and
 * ow are those of y. */
ConvDims convolve_dims(const Node *y);

size_t convolve_workspace(const Node *y);

/* `signs`: NULL, or a ReLU is applied to y and these are its bits (relu_signs.h). */
void convolve_forward(Node *y, uint8_t *signs, real *workspace);

/* dy: of y, without the ReLU. */
void convolve_backward(Node *y, const real *dy, real *workspace);

#endif
