/* y = 1 / (1 + e^-x);  dx = y (1 - y) dy
 *
 * For a very negative x the power overflows to infinity, and 1 / infinity is 0, which is
 * right: large |x| is no special case. */
#include "autograd/elementwise.h"

static real f(real x) {
    return 1 / (1 + exp(-x));
}

static real df(real x, real y) {
    (void)x;
    return y * (1 - y);
}

static Node *example(Tape *tape) {
    return ag_sigmoid(tape_example_variable(tape, (Shape){2, 3, 5, 1}));
}

const Op op_sigmoid = {
    .name = "sigmoid",
    .math = "y = 1 / (1 + e^-x)",
    .derivative = "dx = y (1 - y) dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OUTPUT},
    .example = example,
};
