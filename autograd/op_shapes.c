#include "autograd/op_shapes.h"

#include "autograd/op.h"
#include "tensor/check.h"

void shape_same(Node *y) {
    y->shape = y->in[0]->shape;
    for (int i = 1; i < y->inputs; i++)
        CHECK(shape_equal(y->in[i]->shape, y->shape), "%s: %s against %s", y->op->name,
              SHAPE(y->shape), SHAPE(y->in[i]->shape));
}

void shape_scalar(Node *y) {
    y->shape = SCALAR;
}
