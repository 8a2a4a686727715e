/* y = the square root of x;  dx = dy / (2 y)
 *
 * For x >= 0. At 0 the slope is infinite, as it is in mathematics: shift x by a small
 * number where x may be 0. A negative x gives NaN. */
#include "autograd/elementwise.h"

static real f(real x) {
    return sqrt(x);
}

static real df(real x, real y) {
    (void)x;
    return 1 / (2 * y);
}

static Node *example(Tape *tape) {
    return ag_sqrt(ag_exp(tape_example_variable(tape, (Shape){1, 2, 5, 3})));
}

const Op op_sqrt = {
    .name = "sqrt",
    .math = "y = sqrt x",
    .derivative = "dx = dy / (2 y)",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OUTPUT},
    .example = example,
};
