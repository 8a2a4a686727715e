/* y = sum of |d| over all differences d of neighbours, to the right and below
 * dx gets +sign(d) dy at the second pixel of each pair and -sign(d) dy at the first;
 * sign(0) = 0
 *
 * The code of document 000 computes this, although its formula 4.3 has squares. */
#include <limits.h>
#include <tgmath.h>

#include "losses/tv_differences.h"
#include "tensor/kernels/sums.h"

static double sum(size_t n, const real *a, const real *b) {
    return sum_absolute_differences(n, a, b);
}

/* -1, 0 or 1; NaN stays NaN. */
static real slope(real d) {
    return isnan(d) ? d : (real)((d > 0) - (d < 0));
}

static unsigned hash_signs(unsigned hash, const real *x, size_t count, size_t step) {
    for (size_t k = 0; k < count; k++) {
        real d = x[k + step] - x[k];
        hash = (hash ^ (d > 0 ? 2U : d < 0 ? 1U : 0U)) * 16777619U;
    }
    return hash;
}

/* The function is linear where the signs of all differences are constant. Their FNV-1a
 * hash is the number of this piece. */
static int piece(const Node *y, size_t i) {
    (void)i;
    Shape s = y->in[0]->shape;
    size_t w = (size_t)s.w, h = (size_t)s.h, planes = (size_t)s.n * (size_t)s.c;
    const real *x = y->in[0]->value;
    unsigned hash = 2166136261U;
    for (size_t p = 0; p < planes; p++)
        hash = hash_signs(hash, x + p * h * w, (h - 1) * w, w);
    for (size_t row = 0; row < planes * h; row++)
        hash = hash_signs(hash, x + row * w, w - 1, 1);
    return (int)(hash & INT_MAX);
}

static Node *example(Tape *tape) {
    return ag_tv_abs(tape_example_variable(tape, (Shape){2, 3, 5, 4}));
}

const Op op_tv_abs = {
    .name = "tv_abs",
    .math = "y = sum |x_i+1,j - x_ij| + sum |x_i,j+1 - x_ij|",
    .derivative = "dx = +-sign(difference) dy at both ends of each difference",
    .shape = shape_scalar,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS},
    .example = example,
    .piece = piece,
};
