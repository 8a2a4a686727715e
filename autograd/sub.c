/* y = a - b, element by element;  da = dy,  db = -dy */
#include "autograd/op_shapes.h"
#include "autograd/ops.h"

static void forward(Node *y) {
    const real *a = y->in[0]->value, *b = y->in[1]->value;
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->value[i] = a[i] - b[i];
}

/* forward was: y = a - b */
static void backward(Node *y) {
    real *da = y->in[0]->grad, *db = y->in[1]->grad;
    size_t size = shape_size(y->shape);
    if (da)
        for (size_t i = 0; i < size; i++)
            da[i] += y->grad[i];
    if (db)
        for (size_t i = 0; i < size; i++)
            db[i] -= y->grad[i];
}

static Node *example(Tape *tape) {
    Shape shape = {2, 1, 5, 3};
    Node *a = tape_example_variable(tape, shape);
    return ag_sub(a, tape_example_variable(tape, shape));
}

const Op op_sub = {
    .name = "sub",
    .math = "y = a - b",
    .derivative = "da = dy, db = -dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING},
    .example = example,
};
