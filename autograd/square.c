/* y = x^2, element by element;  dx = 2 x dy */
#include "autograd/elementwise.h"

static real f(real x) {
    return x * x;
}

static real df(real x, real y) {
    (void)y;
    return 2 * x;
}

static Node *example(Tape *tape) {
    return ag_square(tape_example_variable(tape, (Shape){2, 3, 1, 5}));
}

const Op op_square = {
    .name = "square",
    .math = "y = x^2",
    .derivative = "dx = 2 x dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS},
    .example = example,
};
