/* y = k sum (a - b)^2;  da = 2 k (a - b) dy,  db = -da
 *
 * One pass and no intermediate tensor: a content layer of a large image is too large to
 * store a difference and its square as well. */
#include "autograd/op_shapes.h"
#include "losses/ops.h"
#include "tensor/kernels/sums.h"
#include "tensor/threads.h"

static void shape(Node *y) {
    shape_same(y);
    y->shape = SCALAR;
}

static void forward(Node *y) {
    const SquaredDistance *p = y->params;
    const real *a = y->in[0]->value, *b = y->in[1]->value;
    y->value[0] =
        (real)(p->factor * sum_squared_differences(shape_size(y->in[0]->shape), a, b));
}

/* forward was: y += k (a - b)^2 */
static void backward(Node *y) {
    const SquaredDistance *p = y->params;
    const real *a = y->in[0]->value, *b = y->in[1]->value;
    const real k = (real)(2 * p->factor * (double)y->grad[0]);
    real *da = y->in[0]->grad, *db = y->in[1]->grad;
    size_t size = shape_size(y->in[0]->shape);
    if (da) {
        const bool blank = node_blank(y->in[0]);
#pragma omp parallel for simd num_threads(threads_over(size))
        for (size_t i = 0; i < size; i++)
            da[i] = (blank ? 0 : da[i]) + k * (a[i] - b[i]);
    }
    if (db)
        for (size_t i = 0; i < size; i++)
            db[i] -= k * (a[i] - b[i]);
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
