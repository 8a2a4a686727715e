/* What max_pool and avg_pool share: the sizes of their output. */
#ifndef NN_POOL_H
#define NN_POOL_H

#include "autograd/tape.h"
#include "tensor/kernels/kernels.h"

/* The shape rule: checks the parameters (a Pool2d), sets y->shape. */
void pool_shape(Node *y);

/* Sizes for the kernels, once y->shape is known. */
PoolDims pool_dims(const Node *y);

#endif
