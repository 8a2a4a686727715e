/* y = log(1 + e^x);  dx = (1 - e^-y) dy, which is sigmoid(x) dy
 *
 * For the logarithms of a GAN's loss, without infinities: with D = sigmoid(x),
 *     log D = -softplus(-x)   and   log(1 - D) = -softplus(x). */
#include "autograd/elementwise.h"

static real f(real x) {
    real larger = x < 0 ? 0 : x; /* NaN stays NaN */
    return larger + log1p(exp(-fabs(x)));
}

static real df(real x, real y) {
    (void)x;
    return -expm1(-y);
}

static Node *example(Tape *tape) {
    return ag_softplus(tape_example_variable(tape, (Shape){1, 5, 2, 3}));
}

const Op op_softplus = {
    .name = "softplus",
    .math = "y = log(1 + e^x)",
    .derivative = "dx = (1 - e^-y) dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OUTPUT},
    .example = example,
};
