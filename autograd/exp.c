/* y = e^x, element by element;  dx = y dy */
#include "autograd/elementwise.h"

static real f(real x) {
    return exp(x);
}

static real df(real x, real y) {
    (void)x;
    return y;
}

static Node *example(Tape *tape) {
    return ag_exp(tape_example_variable(tape, (Shape){3, 1, 5, 2}));
}

const Op op_exp = {
    .name = "exp",
    .math = "y = e^x",
    .derivative = "dx = y dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OUTPUT},
    .example = example,
};
