/* y has the elements of x in the same order, under another shape;  dx = dy */
#include <string.h>

#include "autograd/ops.h"
#include "tensor/check.h"

static void shape(Node *y) {
    const Reshape *p = y->params;
    Shape x = y->in[0]->shape;
    CHECK(shape_size(x) == shape_size(p->shape),
          "reshape: %s has %zu elements, %s has %zu", SHAPE(x), shape_size(x),
          SHAPE(p->shape), shape_size(p->shape));
    y->shape = p->shape;
}

static void forward(Node *y) {
    memcpy(y->value, y->in[0]->value, shape_size(y->shape) * sizeof(real));
}

/* forward was: y[i] = x[i] */
static void backward(Node *y) {
    real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        dx[i] += y->grad[i];
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 3, 5, 1});
    return ag_reshape(x, (Reshape){{1, 5, 2, 3}});
}

const Op op_reshape = {
    .name = "reshape",
    .math = "y = x in another shape",
    .derivative = "dx = dy",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING},
    .example = example,
};
