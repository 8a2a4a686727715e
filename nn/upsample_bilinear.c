/* y = x enlarged by a whole factor f, linear between the centres of the pixels: output i
 * lies at s = (i + 1/2) / f - 1/2 among the rows of x, and with i0 = floor(s), t = s - i0
 *
 *     y[i] = (1 - t) x[i0] + t x[i0 + 1]        and the same along the columns;
 *
 * beyond the outermost centres it takes the outermost pixel. (PyTorch: interpolate with
 * mode='bilinear', align_corners=False.)  dx = sum of weight dy over the outputs */
#include <limits.h>

#include "nn/ops.h"
#include "tensor/check.h"
#include "tensor/threads.h"

/* Two neighbours along one side, and their weights. */
typedef struct Between {
    size_t first, second;
    real at_first, at_second;
} Between;

static void shape(Node *y) {
    const Upsample *p = y->params;
    const Shape x = y->in[0]->shape;
    CHECK(p->factor >= 1 && p->factor <= INT_MAX / x.h && p->factor <= INT_MAX / x.w,
          "upsample_bilinear: %s by a factor of %d", SHAPE(x), p->factor);
    y->shape = (Shape){x.n, x.c, x.h * p->factor, x.w * p->factor};
}

static Between between(int i, int side, int factor) {
    double s = (i + 0.5) / factor - 0.5;
    if (s < 0) s = 0;
    const int first = (int)s;
    const double t = s - first;
    return (Between){.first = (size_t)first,
                     .second = (size_t)(first + 1 < side ? first + 1 : first),
                     .at_first = (real)(1 - t),
                     .at_second = (real)t};
}

static size_t workspace(const Node *y) {
    return (size_t)y->shape.w * sizeof(Between);
}

/* The neighbours of every column of y. */
static const Between *columns_of(const Node *y) {
    const Upsample *p = y->params;
    Between *columns = tape_workspace(y->tape, workspace(y));
    for (int j = 0; j < y->shape.w; j++)
        columns[j] = between(j, y->in[0]->shape.w, p->factor);
    return columns;
}

static void forward_row(int w, const Between *column, Between row, const real *first,
                        const real *second, real *y) {
    for (int j = 0; j < w; j++) {
        const Between c = column[j];
        y[j] =
            row.at_first * (c.at_first * first[c.first] + c.at_second * first[c.second]) +
            row.at_second *
                (c.at_first * second[c.first] + c.at_second * second[c.second]);
    }
}

static void forward(Node *y) {
    const Upsample *p = y->params;
    const Shape x = y->in[0]->shape, s = y->shape;
    const size_t w = (size_t)x.w;
    const Between *columns = columns_of(y);
#pragma omp parallel for num_threads(threads_over(shape_size(s)))
    for (int plane = 0; plane < s.n * s.c; plane++)
        for (int i = 0; i < s.h; i++) {
            const Between row = between(i, x.h, p->factor);
            const real *from = y->in[0]->value + (size_t)plane * (size_t)x.h * w;
            forward_row(s.w, columns, row, from + row.first * w, from + row.second * w,
                        y->value +
                            ((size_t)plane * (size_t)s.h + (size_t)i) * (size_t)s.w);
        }
}

static void backward_row(int w, const Between *column, Between row, const real *dy,
                         real *first, real *second) {
    for (int j = 0; j < w; j++) {
        const Between c = column[j];
        first[c.first] += row.at_first * c.at_first * dy[j];
        first[c.second] += row.at_first * c.at_second * dy[j];
        second[c.first] += row.at_second * c.at_first * dy[j];
        second[c.second] += row.at_second * c.at_second * dy[j];
    }
}

/* forward was: y[i] = (1 - t) x[first] + t x[second], along rows and columns */
static void backward(Node *y) {
    const Upsample *p = y->params;
    const Shape x = y->in[0]->shape, s = y->shape;
    const size_t w = (size_t)x.w;
    real *dx = y->in[0]->grad;
    if (!dx) return;
    const Between *columns = columns_of(y);
#pragma omp parallel for num_threads(threads_over(shape_size(s)))
    for (int plane = 0; plane < s.n * s.c; plane++)
        for (int i = 0; i < s.h; i++) {
            const Between row = between(i, x.h, p->factor);
            real *to = dx + (size_t)plane * (size_t)x.h * w;
            backward_row(s.w, columns, row,
                         y->grad +
                             ((size_t)plane * (size_t)s.h + (size_t)i) * (size_t)s.w,
                         to + row.first * w, to + row.second * w);
        }
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 2, 3, 4});
    return ag_upsample_bilinear(x, (Upsample){.factor = 3});
}

const Op op_upsample_bilinear = {
    .name = "upsample_bilinear",
    .math = "y = x, f times as large, linear between pixels",
    .derivative = "dx = sum weight dy",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING, .workspace = workspace},
    .example = example,
};
