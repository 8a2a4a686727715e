/* y = x + k, k a number fixed at recording;  dx = dy */
#include "autograd/op_shapes.h"
#include "autograd/ops.h"

static void forward(Node *y) {
    const Shift *p = y->params;
    const real k = (real)p->term, *x = y->in[0]->value;
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->value[i] = x[i] + k;
}

/* forward was: y = x + k */
static void backward(Node *y) {
    real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        dx[i] += y->grad[i];
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){1, 2, 3, 5});
    return ag_shift(x, (Shift){0.625});
}

const Op op_shift = {
    .name = "shift",
    .math = "y = x + k",
    .derivative = "dx = dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING},
    .example = example,
};
