/* y = sum of d^2 over all differences d of neighbours, to the right and below
 * dx gets +2 d dy at the second pixel of each pair and -2 d dy at the first
 *
 * H - 1 rows of W differences downwards and H rows of W - 1 to the right, in each
 * channel: document 000 4.3, document 002 section 2.5. */
#include "losses/tv_differences.h"
#include "tensor/kernels/sums.h"

static double sum(size_t n, const real *a, const real *b) {
    return sum_squared_differences(n, a, b);
}

static real slope(real d) {
    return 2 * d;
}

static Node *example(Tape *tape) {
    return ag_tv_squares(tape_example_variable(tape, (Shape){2, 3, 5, 4}));
}

const Op op_tv_squares = {
    .name = "tv_squares",
    .math = "y = sum (x_i+1,j - x_ij)^2 + sum (x_i,j+1 - x_ij)^2",
    .derivative = "dx = +-2 (difference) dy at both ends of each difference",
    .shape = shape_scalar,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS},
    .example = example,
};
