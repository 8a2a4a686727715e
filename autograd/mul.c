/* y = a b, element by element;  da = b dy,  db = a dy */
#include "autograd/op_shapes.h"
#include "autograd/ops.h"

static void forward(Node *y) {
    const real *a = y->in[0]->value, *b = y->in[1]->value;
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->value[i] = a[i] * b[i];
}

/* forward was: y = a * b */
static void backward(Node *y) {
    const real *a = y->in[0]->value, *b = y->in[1]->value, *dy = y->grad;
    real *da = y->in[0]->grad, *db = y->in[1]->grad;
    size_t size = shape_size(y->shape);
    if (da)
        for (size_t i = 0; i < size; i++)
            da[i] += b[i] * dy[i];
    if (db)
        for (size_t i = 0; i < size; i++)
            db[i] += a[i] * dy[i];
}

static Node *example(Tape *tape) {
    Shape shape = {2, 3, 1, 5};
    Node *a = tape_example_variable(tape, shape);
    return ag_mul(a, tape_example_variable(tape, shape));
}

const Op op_mul = {
    .name = "mul",
    .math = "y = a b",
    .derivative = "da = b dy, db = a dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OTHERS},
    .example = example,
};
