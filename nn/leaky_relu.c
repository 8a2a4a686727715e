/* y = x where x > 0, else slope x;  dx = dy or slope dy. A NaN stays a NaN. */
#include "autograd/op_shapes.h"
#include "nn/ops.h"

static void forward(Node *y) {
    const LeakyRelu *p = y->params;
    const real slope = (real)p->slope, *x = y->in[0]->value;
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->value[i] = x[i] > 0 ? x[i] : slope * x[i];
}

/* forward was: y = x > 0 ? x : slope x */
static void backward(Node *y) {
    const LeakyRelu *p = y->params;
    const real slope = (real)p->slope, *x = y->in[0]->value;
    real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        dx[i] += x[i] > 0 ? y->grad[i] : slope * y->grad[i];
}

static int piece(const Node *y, size_t i) {
    return y->in[0]->value[i] > 0;
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){1, 2, 5, 3});
    return ag_leaky_relu(x, (LeakyRelu){.slope = 0.3});
}

const Op op_leaky_relu = {
    .name = "leaky_relu",
    .math = "y = x where x > 0, else slope x",
    .derivative = "dx = dy where x > 0, else slope dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS},
    .example = example,
    .piece = piece,
};
