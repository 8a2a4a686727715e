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

static void softmax(Lines l, const real *x, real *y) {
    real largest = x[0];
    double sum = 0;
    for (size_t k = 1; k < l.length; k++)
        if (x[k * l.step] > largest) largest = x[k * l.step];
    for (size_t k = 0; k < l.length; k++) {
        y[k * l.step] = exp(x[k * l.step] - largest);
        sum += (double)y[k * l.step];
    }
    for (size_t k = 0; k < l.length; k++)
        y[k * l.step] /= (real)sum;
}

static void forward(Node *y) {
    const Lines l = lines_of(y);
    const size_t count = lines_count(l);
    const real *x = y->in[0]->value;
#pragma omp parallel for num_threads(threads_over(count *l.length))
    for (size_t line = 0; line < count; line++)
        softmax(l, x + lines_start(l, line), y->value + lines_start(l, line));
}

/* forward was: y = e^x / sum e^x */
static void softmax_backward(Lines l, const real *y, const real *dy, real *dx) {
    double mean = 0;
    for (size_t k = 0; k < l.length; k++)
        mean += (double)y[k * l.step] * (double)dy[k * l.step];
    for (size_t k = 0; k < l.length; k++)
        dx[k * l.step] += y[k * l.step] * (dy[k * l.step] - (real)mean);
}

static void backward(Node *y) {
    const Lines l = lines_of(y);
    const size_t count = lines_count(l);
    real *dx = y->in[0]->grad;
    if (!dx) return;
#pragma omp parallel for num_threads(threads_over(count *l.length))
    for (size_t line = 0; line < count; line++) {
        const size_t at = lines_start(l, line);
        softmax_backward(l, y->value + at, y->grad + at, dx + at);
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
