/* y = k sum |a - b|;  da = k sign(a - b) dy,  db = -da;  sign(0) = 0
 *
 * Document 001's L_1. Its gradient has the same size however near a is to b: a step of
 * gradient descent with a fixed rate does not become shorter at the minimum. */
#include <limits.h>
#include <tgmath.h>

#include "losses/ops.h"

#define Distance AbsoluteDistance
#define STEEPNESS 1

#include "losses/distance.h"
#include "tensor/kernels/sums.h"

static double sum(size_t n, const real *a, const real *b) {
    return sum_absolute_differences(n, a, b);
}

/* The sign: -1, 0 or 1; NaN stays NaN. */
static inline real slope(real d) {
    return isnan(d) ? d : (real)((d > 0) - (d < 0));
}

/* The function is linear where the signs of all differences are constant. Their FNV-1a
 * hash is the number of this piece. */
static int piece(const Node *y, size_t i) {
    (void)i;
    const real *a = y->in[0]->value, *b = y->in[1]->value;
    unsigned hash = 2166136261U;
    for (size_t k = 0; k < shape_size(y->in[0]->shape); k++)
        hash = (hash ^ (a[k] > b[k] ? 2U : a[k] < b[k] ? 1U : 0U)) * 16777619U;
    return (int)(hash & INT_MAX);
}

static Node *example(Tape *tape) {
    Shape shape = {2, 3, 1, 5};
    Node *a = tape_example_variable(tape, shape);
    return ag_absolute_distance(a, tape_example_variable(tape, shape),
                                (AbsoluteDistance){0.75});
}

const Op op_absolute_distance = {
    .name = "absolute_distance",
    .math = "y = k sum |a - b|",
    .derivative = "da = k sign(a - b) dy, db = -da",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS, .fills = true},
    .example = example,
    .piece = piece,
};
