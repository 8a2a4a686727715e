/* y = k x, k a number fixed at recording;  dx = k dy */
#include "autograd/op_shapes.h"
#include "autograd/ops.h"

static void forward(Node *y) {
    const Scale *p = y->params;
    const real k = (real)p->factor, *x = y->in[0]->value;
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->value[i] = k * x[i];
}

/* forward was: y = k * x */
static void backward(Node *y) {
    const Scale *p = y->params;
    const real k = (real)p->factor;
    real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        dx[i] += k * y->grad[i];
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 1, 3, 5});
    return ag_scale(x, (Scale){-1.75});
}

const Op op_scale = {
    .name = "scale",
    .math = "y = k x",
    .derivative = "dx = k dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING},
    .example = example,
};
