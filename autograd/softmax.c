/* y_k = e^x_k / sum over j of e^x_j, along one axis;  dx_k = y_k (dy_k - sum of y_j dy_j)
 *
 * Both sides of the fraction are divided by e^m, m the largest x of the line, so that
 * nothing overflows. */
#include <tgmath.h>

#include "autograd/lines.h"
#include "autograd/op_shapes.h"
#include "autograd/ops.h"
#include "tensor/threads.h"

static Lines lines_of(const Node *y) {
    const Axis *p = y->params;
    return lines_along(y->in[0]->shape, p->axis, y->op->name);
}

static void shape(Node *y) {
    lines_of(y);
    shape_same(y);
}

static void softmax(Lines l, size_t width, const real *x, real *y) {
    real largest[LINES_SIDE_BY_SIDE];
    double sum[LINES_SIDE_BY_SIDE] = {0};
    lines_largest(l, width, x, largest);
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++) {
            y[k * l.step + j] = exp(x[k * l.step + j] - largest[j]);
            sum[j] += (double)y[k * l.step + j];
        }
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++)
            y[k * l.step + j] /= (real)sum[j];
}

static void forward(Node *y) {
    const Lines l = lines_of(y);
    const real *x = y->in[0]->value;
#pragma omp parallel for num_threads(threads_over(shape_size(y->shape)))
    for (size_t i = 0; i < lines_bundles(l); i++) {
        const Bundle b = lines_bundle(l, i);
        softmax(l, b.width, x + b.start, y->value + b.start);
    }
}

/* forward was: y = e^x / sum e^x */
static void softmax_backward(Lines l, size_t width, const real *y, const real *dy,
                             real *dx) {
    double mean[LINES_SIDE_BY_SIDE] = {0};
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++)
            mean[j] += (double)y[k * l.step + j] * (double)dy[k * l.step + j];
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++)
            dx[k * l.step + j] +=
                y[k * l.step + j] * (dy[k * l.step + j] - (real)mean[j]);
}

static void backward(Node *y) {
    const Lines l = lines_of(y);
    real *dx = y->in[0]->grad;
    if (!dx) return;
#pragma omp parallel for num_threads(threads_over(shape_size(y->shape)))
    for (size_t i = 0; i < lines_bundles(l); i++) {
        const Bundle b = lines_bundle(l, i);
        softmax_backward(l, b.width, y->value + b.start, y->grad + b.start, dx + b.start);
    }
}

static Node *example(Tape *tape) {
    return ag_softmax(tape_example_variable(tape, (Shape){2, 4, 3, 2}), (Axis){1});
}

const Op op_softmax = {
    .name = "softmax",
    .math = "y = e^x / sum e^x along one axis",
    .derivative = "dx = y (dy - sum y dy)",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OUTPUT},
    .example = example,
};
