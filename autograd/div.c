/* y = a / b, element by element;  da = dy / b,  db = -a / b^2 dy
 *
 * Division by 0 is left to IEEE arithmetic. */
#include "autograd/op_shapes.h"
#include "autograd/ops.h"

static void forward(Node *y) {
    const real *a = y->in[0]->value, *b = y->in[1]->value;
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->value[i] = a[i] / b[i];
}

/* forward was: y = a / b. Dividing twice does not overflow where b^2 would. */
static void backward(Node *y) {
    const real *a = y->in[0]->value, *b = y->in[1]->value, *dy = y->grad;
    real *da = y->in[0]->grad, *db = y->in[1]->grad;
    size_t size = shape_size(y->shape);
    if (da)
        for (size_t i = 0; i < size; i++)
            da[i] += dy[i] / b[i];
    if (db)
        for (size_t i = 0; i < size; i++)
            db[i] -= a[i] / b[i] / b[i] * dy[i];
}

/* No b is near 0. */
static Node *example(Tape *tape) {
    Shape shape = {2, 1, 4, 3};
    Node *a = tape_example_variable(tape, shape), *b = tape_example_variable(tape, shape);
    for (size_t i = 0; i < shape_size(shape); i++)
        b->value[i] += b->value[i] < 0 ? -1 : 1;
    return ag_div(a, b);
}

const Op op_div = {
    .name = "div",
    .math = "y = a / b",
    .derivative = "da = dy / b, db = -a / b^2 dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS},
    .example = example,
};
