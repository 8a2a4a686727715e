/* A picture with a border that mirrors it, and the way back for gradients.
 *
 *     pad 2:   . . [1 2 3 4] . .   becomes   3 2 [1 2 3 4] 3 2
 *
 * The edge pixels themselves are not repeated (as PyTorch's mode='reflect'), so pad must
 * be smaller than both sides. */
#ifndef NN_REFLECT_H
#define NN_REFLECT_H

#include "tensor/tensor.h"

/* padded (n, c, h + 2 pad, w + 2 pad) from x (n, c, h, w). */
void reflect_pad(Shape x_shape, int pad, const real *x, real *padded);

/* The adjoint: dx += every element of dpadded at the pixel it is an image of. */
void reflect_fold(Shape x_shape, int pad, const real *dpadded, real *dx);

#endif
