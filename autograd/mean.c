/* y = (sum of all n elements of x) / n, added in double;  dx = dy / n everywhere */
#include "autograd/op_shapes.h"
#include "autograd/ops.h"

static void forward(Node *y) {
    const Node *x = y->in[0];
    size_t size = shape_size(x->shape);
    double sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += (double)x->value[i];
    y->value[0] = (real)(sum / (double)size);
}

/* forward was: y += x[i] / n */
static void backward(Node *y) {
    Node *x = y->in[0];
    if (!x->grad) return;
    size_t size = shape_size(x->shape);
    const real share = y->grad[0] / (real)size;
    for (size_t i = 0; i < size; i++)
        x->grad[i] += share;
}

static Node *example(Tape *tape) {
    return ag_mean(tape_example_variable(tape, (Shape){1, 3, 5, 2}));
}

const Op op_mean = {
    .name = "mean",
    .math = "y = sum x / n",
    .derivative = "dx = dy / n",
    .shape = shape_scalar,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING},
    .example = example,
};
