/* y_k = x_k - log(sum over j of e^x_j), along one axis;  dx_k = dy_k - e^y_k sum of dy_j
 *
 * The logarithm of softmax, without rounding small probabilities to 0. With m the largest
 * x of the line, y = (x - m) - log(sum of e^(x - m)), so that nothing overflows. */
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

static void log_softmax(Lines l, size_t width, const real *x, real *y) {
    real largest[LINES_SIDE_BY_SIDE];
    double sum[LINES_SIDE_BY_SIDE] = {0};
    lines_largest(l, width, x, largest);
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++)
            sum[j] += (double)exp(x[k * l.step + j] - largest[j]);
    for (size_t j = 0; j < width; j++)
        sum[j] = log(sum[j]);
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++)
            y[k * l.step + j] = x[k * l.step + j] - largest[j] - (real)sum[j];
}

static void forward(Node *y) {
    const Lines l = lines_of(y);
    const real *x = y->in[0]->value;
#pragma omp parallel for num_threads(threads_over(shape_size(y->shape)))
    for (size_t i = 0; i < lines_bundles(l); i++) {
        const Bundle b = lines_bundle(l, i);
        log_softmax(l, b.width, x + b.start, y->value + b.start);
    }
}

/* forward was: y = x - log(sum e^x) */
static void log_softmax_backward(Lines l, size_t width, const real *y, const real *dy,
                                 real *dx) {
    double sum[LINES_SIDE_BY_SIDE] = {0};
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++)
            sum[j] += (double)dy[k * l.step + j];
    for (size_t k = 0; k < l.length; k++)
        for (size_t j = 0; j < width; j++)
            dx[k * l.step + j] +=
                dy[k * l.step + j] - exp(y[k * l.step + j]) * (real)sum[j];
}

static void backward(Node *y) {
    const Lines l = lines_of(y);
    real *dx = y->in[0]->grad;
    if (!dx) return;
#pragma omp parallel for num_threads(threads_over(shape_size(y->shape)))
    for (size_t i = 0; i < lines_bundles(l); i++) {
        const Bundle b = lines_bundle(l, i);
        log_softmax_backward(l, b.width, y->value + b.start, y->grad + b.start,
                             dx + b.start);
    }
}

static Node *example(Tape *tape) {
    return ag_log_softmax(tape_example_variable(tape, (Shape){2, 3, 2, 5}), (Axis){3});
}

const Op op_log_softmax = {
    .name = "log_softmax",
    .math = "y = x - log(sum e^x) along one axis",
    .derivative = "dx = dy - e^y sum dy",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OUTPUT},
    .example = example,
};
