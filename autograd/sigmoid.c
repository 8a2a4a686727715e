/* y = 1 / (1 + e^-x);  dx = y (1 - y) dy
 *
 * e is only ever raised to a negative power, so that no x overflows. */
#include "autograd/elementwise.h"

static real f(real x) {
    if (x >= 0) return 1 / (1 + exp(-x));
    real e = exp(x);
    return e / (1 + e);
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
    .example = example,
};
