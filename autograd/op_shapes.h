/* Shape rules that many ops share. */
#ifndef AUTOGRAD_OP_SHAPES_H
#define AUTOGRAD_OP_SHAPES_H

#include "autograd/op.h"

/* y has the shape of its inputs, which are all equal. */
void shape_same(Node *y);

/* y is a scalar, whatever the input's shape. */
void shape_scalar(Node *y);

#endif
