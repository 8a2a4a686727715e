/* y = D / S with D = sum (a - b)^2, S = sum b^2
 * da = 2 (a - b) dy / S,  db = -da - 2 b y dy / S
 *
 * The distance in units of the target b: 0 if a = b, 1 if a = 0, for any network and any
 * layer. A target of zeros has no unit: if the mean of b^2 is below SILENT, S is the
 * number of elements, and y is the mean of (a - b)^2. So 0/0 is 0, and all results are
 * finite. */
#include "autograd/op_shapes.h"
#include "losses/ops.h"
#include "tensor/kernels/sums.h"
#include "tensor/threads.h"

#define SILENT 1e-24

static void shape(Node *y) {
    shape_same(y);
    y->shape = SCALAR;
    node_save(y, sizeof(double));
}

/* In this order a NaN in b is not below SILENT. */
static bool is_silent(double s, size_t size) {
    return s < SILENT * (double)size;
}

double relative_unit(double squares, size_t size) {
    return is_silent(squares, size) ? (double)size : squares;
}

static void forward(Node *y) {
    const real *a = y->in[0]->value, *b = y->in[1]->value;
    size_t size = shape_size(y->in[0]->shape);
    double d = sum_squared_differences(size, a, b), s = sum_products(size, b, b);
    *(double *)y->saved = s;
    y->value[0] = (real)(d / relative_unit(s, size));
}

/* forward was: y = sum (a - b)^2 / S */
static void backward(Node *y) {
    const real *a = y->in[0]->value, *b = y->in[1]->value;
    real *da = y->in[0]->grad, *db = y->in[1]->grad;
    size_t size = shape_size(y->in[0]->shape);
    double s = *(const double *)y->saved, dy = (double)y->grad[0];
    bool silent = is_silent(s, size);
    const real k = (real)(2 * dy / relative_unit(s, size));
    const real ky = silent ? 0 : k * y->value[0];
    if (da) {
        const bool blank = node_blank(y->in[0]);
#pragma omp parallel for simd num_threads(threads_over(size))
        for (size_t i = 0; i < size; i++)
            da[i] = (blank ? 0 : da[i]) + k * (a[i] - b[i]);
    }
    if (db)
        for (size_t i = 0; i < size; i++)
            db[i] -= k * (a[i] - b[i]) + ky * b[i];
}

static Node *example(Tape *tape) {
    Shape shape = {2, 3, 1, 5};
    Node *a = tape_example_variable(tape, shape);
    return ag_relative_distance(a, tape_example_variable(tape, shape));
}

const Op op_relative_distance = {
    .name = "relative_distance",
    .math = "y = sum (a - b)^2 / sum b^2",
    .derivative = "da = 2 (a - b) dy / sum b^2, db = -da - 2 b y dy / sum b^2",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS | READS_OUTPUT, .fills = true},
    .example = example,
};
