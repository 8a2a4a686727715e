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

static void log_softmax(Lines l, const real *x, real *y) {
    real largest = x[0];
    double sum = 0;
    for (size_t k = 1; k < l.length; k++)
        if (x[k * l.step] > largest) largest = x[k * l.step];
    for (size_t k = 0; k < l.length; k++)
        sum += (double)exp(x[k * l.step] - largest);
    const real log_sum = (real)log(sum);
    for (size_t k = 0; k < l.length; k++)
        y[k * l.step] = x[k * l.step] - largest - log_sum;
}

static void forward(Node *y) {
    const Lines l = lines_of(y);
    const size_t count = lines_count(l);
    const real *x = y->in[0]->value;
#pragma omp parallel for num_threads(threads_over(count *l.length))
    for (size_t line = 0; line < count; line++)
        log_softmax(l, x + lines_start(l, line), y->value + lines_start(l, line));
}

/* forward was: y = x - log(sum e^x) */
static void log_softmax_backward(Lines l, const real *y, const real *dy, real *dx) {
    double sum = 0;
    for (size_t k = 0; k < l.length; k++)
        sum += (double)dy[k * l.step];
    for (size_t k = 0; k < l.length; k++)
        dx[k * l.step] += dy[k * l.step] - exp(y[k * l.step]) * (real)sum;
}

static void backward(Node *y) {
    const Lines l = lines_of(y);
    const size_t count = lines_count(l);
    real *dx = y->in[0]->grad;
    if (!dx) return;
#pragma omp parallel for num_threads(threads_over(count *l.length))
    for (size_t line = 0; line < count; line++) {
        const size_t at = lines_start(l, line);
        log_softmax_backward(l, y->value + at, y->grad + at, dx + at);
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
