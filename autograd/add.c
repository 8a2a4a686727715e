/* y = a + b;  da = dy,  db = dy */
#include "autograd/op_shapes.h"
#include "autograd/ops.h"
#include "tensor/threads.h"

static void forward(Node *y) {
    const real *a = y->in[0]->value, *b = y->in[1]->value;
    size_t size = shape_size(y->shape);
#pragma omp parallel for num_threads(threads_over(size))
    for (size_t i = 0; i < size; i++)
        y->value[i] = a[i] + b[i];
}

/* forward was: y = a + b */
static void backward(Node *y) {
    size_t size = shape_size(y->shape);
    for (int input = 0; input < 2; input++) {
        real *dx = y->in[input]->grad;
        if (!dx) continue;
        for (size_t i = 0; i < size; i++)
            dx[i] += y->grad[i];
    }
}

static Node *example(Tape *tape) {
    Shape shape = {1, 3, 5, 2};
    Node *a = tape_example_variable(tape, shape);
    return ag_add(a, tape_example_variable(tape, shape));
}

const Op op_add = {
    .name = "add",
    .math = "y = a + b",
    .derivative = "da = dy, db = dy",
    .shape = shape_same,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING},
    .example = example,
};
