/* y = sum of all x, added in double;  dx = dy everywhere */
#include "autograd/op_shapes.h"
#include "autograd/ops.h"

static void forward(Node *y) {
    const Node *x = y->in[0];
    size_t size = shape_size(x->shape);
    double sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += (double)x->value[i];
    y->value[0] = (real)sum;
}

/* forward was: y += x[i] */
static void backward(Node *y) {
    Node *x = y->in[0];
    if (!x->grad) return;
    size_t size = shape_size(x->shape);
    for (size_t i = 0; i < size; i++)
        x->grad[i] += y->grad[0];
}

static Node *example(Tape *tape) {
    return ag_sum(tape_example_variable(tape, (Shape){2, 3, 3, 5}));
}

const Op op_sum = {
    .name = "sum",
    .math = "y = sum x",
    .derivative = "dx = dy",
    .shape = shape_scalar,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING},
    .example = example,
};
