/* y = |x|, element by element;  dx = sign(x) dy, where sign(0) = 0 */
#include "autograd/elementwise.h"

static real f(real x) {
    return fabs(x);
}

static real df(real x, real y) {
    (void)y;
    return (real)((x > 0) - (x < 0));
}

/* The kink is at 0, which counts as a third smooth piece. */
static int piece(const Node *y, size_t i) {
    real x = y->in[0]->value[i];
    return (x > 0) - (x < 0);
}

static Node *example(Tape *tape) {
    return ag_abs(tape_example_variable(tape, (Shape){3, 2, 5, 1}));
}

const Op op_abs = {
    .name = "abs",
    .math = "y = |x|",
    .derivative = "dx = sign(x) dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS},
    .example = example,
    .piece = piece,
};
