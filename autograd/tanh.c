/* y = tanh x, element by element;  dx = (1 - y^2) dy */
#include "autograd/elementwise.h"

static real f(real x) {
    return tanh(x);
}

static real df(real x, real y) {
    (void)x;
    return 1 - y * y;
}

static Node *example(Tape *tape) {
    return ag_tanh(tape_example_variable(tape, (Shape){1, 3, 2, 5}));
}

const Op op_tanh = {
    .name = "tanh",
    .math = "y = tanh x",
    .derivative = "dx = (1 - y^2) dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OUTPUT},
    .example = example,
};
