/* y = x where x > 0, else 0;  dx = dy where x > 0, else 0 (also at exactly 0).
 * A NaN stays a NaN, so that a broken computation shows.
 *
 * As nn/relu.c, without the bits that are saved there in place of x. */
#include "autograd/elementwise.h"
#include "nn/ops.h"

static real f(real x) {
    return x <= 0 ? 0 : x;
}

static real df(real x, real y) {
    (void)y;
    return x <= 0 ? 0 : 1;
}

static int piece(const Node *y, size_t i) {
    return y->value[i] > 0;
}

static Node *example(Tape *tape) {
    return ag_relu(tape_example_variable(tape, (Shape){2, 3, 3, 5}));
}

const Op op_relu = {
    .name = "relu",
    .math = "y = max(x, 0)",
    .derivative = "dx = dy where y > 0",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .example = example,
    .piece = piece,
};
