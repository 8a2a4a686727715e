/* An image with a border made of its own pixels, and the adjoint for gradients.
 *
 *     pad 2:   . . [1 2 3 4] . .   becomes   3 2 [1 2 3 4] 3 2      PAD_REFLECT
 *                                            1 1 [1 2 3 4] 4 4      PAD_REPLICATE
 *
 * Mirroring does not repeat the edge pixels (as PyTorch's mode='reflect'), so pad must be
 * smaller than both sides. */
#ifndef NN_BORDER_H
#define NN_BORDER_H

#include "nn/ops.h"

/* The position inside 0 .. side - 1 that i, up to pad outside, is a copy of; -1 where
 * there is a zero. */
int border_source(PadMode mode, int i, int side);

/* padded (n, c, h + 2 pad, w + 2 pad) from x (n, c, h, w); any mode but PAD_ZERO. */
void border_pad(PadMode mode, Shape x_shape, int pad, const real *x, real *padded);

/* The adjoint: dx += every element of dpadded at the pixel it is a copy of; `over` what dx
 * holds, as if it were 0. */
void border_fold(PadMode mode, Shape x_shape, int pad, const real *dpadded, real *dx,
                 bool over);

#endif
