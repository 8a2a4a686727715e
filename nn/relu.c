/* y = x where x > 0, else 0;  dx = dy where x > 0, else 0 (also at exactly 0).
 * A NaN stays a NaN, so that a broken computation shows. */
#include "autograd/op_shapes.h"
#include "nn/ops.h"

static void forward(Node *y) {
    const real *x = y->in[0]->value;
    ptrdiff_t size = (ptrdiff_t)shape_size(y->shape);
    for (ptrdiff_t i = 0; i < size; i++)
        y->value[i] = x[i] <= 0 ? 0 : x[i];
}

/* forward was: y = x > 0 ? x : 0; the output tells which, so the input is not read */
static void backward(Node *y) {
    real *dx = y->in[0]->grad;
    ptrdiff_t size = (ptrdiff_t)shape_size(y->shape);
    for (ptrdiff_t i = 0; dx && i < size; i++)
        dx[i] += y->value[i] <= 0 ? 0 : y->grad[i];
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
