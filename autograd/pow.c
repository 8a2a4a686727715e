/* y = x^p, p a number fixed at recording;  dx = p x^(p-1) dy
 *
 * A negative x has a power only if p is an integer. At x = 0 the slope is 0 for
 * p > 1, and infinite for p between 0 and 1, as in mathematics. */
#include <tgmath.h>

#include "autograd/op_shapes.h"
#include "autograd/ops.h"
#include "tensor/check.h"

static void forward(Node *y) {
    const Pow *params = y->params;
    const real p = (real)params->exponent, *x = y->in[0]->value;
    bool whole = floor(p) == p;
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++) {
        CHECK(whole || !(x[i] < 0), "pow: element %zu is %g, whose power %g is not real",
              i, (double)x[i], params->exponent);
        y->value[i] = pow(x[i], p);
    }
}

/* forward was: y = pow(x, p) */
static void backward(Node *y) {
    const Pow *params = y->params;
    const real p = (real)params->exponent, *x = y->in[0]->value;
    real *dx = y->in[0]->grad;
    if (!dx) return;
    if (p == 0) return; /* y is 1 everywhere; the formula gives 0 / 0 at x = 0 */
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        dx[i] += p * pow(x[i], p - 1) * y->grad[i];
}

/* The total variation of document 003 raises sums of squares to 1.25. */
static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){1, 3, 5, 2});
    return ag_pow(ag_square(x), (Pow){1.25});
}

const Op op_pow = {
    .name = "pow",
    .math = "y = x^p",
    .derivative = "dx = p x^(p-1) dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS},
    .example = example,
};
