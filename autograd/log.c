/* y = log x, the natural logarithm;  dx = dy / x
 *
 * For x > 0. log 0 is minus infinity and a negative x gives NaN: a loss of probabilities
 * that can reach 0 or 1 is better written with softplus. */
#include "autograd/elementwise.h"

static real f(real x) {
    return log(x);
}

static real df(real x, real y) {
    (void)y;
    return 1 / x;
}

static Node *example(Tape *tape) {
    return ag_log(ag_exp(tape_example_variable(tape, (Shape){2, 1, 3, 5})));
}

const Op op_log = {
    .name = "log",
    .math = "y = log x",
    .derivative = "dx = dy / x",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS},
    .example = example,
};
