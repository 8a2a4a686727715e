/* y = k sum (a - b)^2;  da = 2 k (a - b) dy,  db = -da */
#include "losses/ops.h"

#define Distance SquaredDistance
#define STEEPNESS 2

#include "losses/distance.h"
#include "tensor/kernels/sums.h"

static double sum(size_t n, const real *a, const real *b) {
    return sum_squared_differences(n, a, b);
}

static inline real slope(real d) {
    return d;
}

static Node *example(Tape *tape) {
    Shape shape = {2, 3, 1, 5};
    Node *a = tape_example_variable(tape, shape);
    return ag_squared_distance(a, tape_example_variable(tape, shape),
                               (SquaredDistance){0.75});
}

const Op op_squared_distance = {
    .name = "squared_distance",
    .math = "y = k sum (a - b)^2",
    .derivative = "da = 2 k (a - b) dy, db = -da",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS, .fills = true},
    .example = example,
};
