/* y[n,c,p] = x[n,c] at the place p + f[n,p]    f (n, 2, h, w): right and down, in pixels
 *
 * With the four pixels a b / c d around that place and its fractions s to the right and t
 * down (tensor/sample.h),
 *
 *     y = (1-t) ((1-s) a + s b) + t ((1-s) c + s d)
 *     da = (1-t)(1-s) dy, db = (1-t) s dy, dc = t (1-s) dy, dd = t s dy
 *     df_right = sum over channels of ((1-t) (b - a) + t (d - c)) dy
 *     df_down  = sum over channels of ((1-s) (c - a) + s (d - b)) dy
 *
 * Beyond the edge x continues with its outermost pixel, where f has no gradient along that
 * axis. (PyTorch: grid_sample with padding_mode='border', align_corners=True.) */
#include <limits.h>

#include "nn/ops.h"
#include "tensor/check.h"
#include "tensor/sample.h"
#include "tensor/threads.h"

static void shape(Node *y) {
    const Shape x = y->in[0]->shape, f = y->in[1]->shape;
    CHECK(shape_equal(f, (Shape){x.n, 2, x.h, x.w}),
          "warp: images %s need a flow (%d,2,%d,%d), not %s", SHAPE(x), x.n, x.h, x.w,
          SHAPE(f));
    y->shape = x;
}

static size_t plane_of(const Node *y) {
    return (size_t)y->shape.h * (size_t)y->shape.w;
}

/* Where pixel k of image n is read. */
static SamplePlace place(const Node *y, size_t n, size_t k) {
    const Shape s = y->shape;
    const real *u = y->in[1]->value + 2 * n * plane_of(y), *v = u + plane_of(y);
    const size_t i = k / (size_t)s.w, j = k % (size_t)s.w;
    return sample_at(s.h, s.w, (real)i + v[k], (real)j + u[k]);
}

static void forward(Node *y) {
    const size_t c = (size_t)y->shape.c, plane = plane_of(y);
    const size_t pixels = (size_t)y->shape.n * plane;
#pragma omp parallel for num_threads(threads_over(shape_size(y->shape)))
    for (size_t p = 0; p < pixels; p++) {
        const size_t n = p / plane, k = p % plane;
        const SamplePlace at = place(y, n, k);
        for (size_t from = n * c * plane; from < (n + 1) * c * plane; from += plane)
            y->value[from + k] = sample_value(y->in[0]->value + from, &at);
    }
}

/* A thread has a whole channel: several pixels of y may come from one of x. */
static void pull_images(const Node *y, real *dx) {
    const size_t planes = (size_t)y->shape.n * (size_t)y->shape.c, plane = plane_of(y);
#pragma omp parallel for num_threads(threads_over(planes *plane))
    for (size_t c = 0; c < planes; c++)
        for (size_t k = 0; k < plane; k++) {
            const SamplePlace at = place(y, c / (size_t)y->shape.c, k);
            const real top = (1 - at.down) * y->grad[c * plane + k];
            const real bottom = at.down * y->grad[c * plane + k];
            real *to = dx + c * plane;
            to[at.at[0]] += (1 - at.right) * top;
            to[at.at[1]] += at.right * top;
            to[at.at[2]] += (1 - at.right) * bottom;
            to[at.at[3]] += at.right * bottom;
        }
}

static void pull_flow_at(const Node *y, size_t n, size_t k, real *df) {
    const size_t c = (size_t)y->shape.c, plane = plane_of(y);
    const SamplePlace at = place(y, n, k);
    const size_t *q = at.at;
    real right = 0, down = 0;
    for (size_t from = n * c * plane; from < (n + 1) * c * plane; from += plane) {
        const real *x = y->in[0]->value + from, dy = y->grad[from + k];
        right +=
            dy * ((1 - at.down) * (x[q[1]] - x[q[0]]) + at.down * (x[q[3]] - x[q[2]]));
        down +=
            dy * ((1 - at.right) * (x[q[2]] - x[q[0]]) + at.right * (x[q[3]] - x[q[1]]));
    }
    if (at.free_x) df[2 * n * plane + k] += right;
    if (at.free_y) df[(2 * n + 1) * plane + k] += down;
}

/* forward was: y = x at p + f */
static void backward(Node *y) {
    const size_t plane = plane_of(y), pixels = (size_t)y->shape.n * plane;
    real *df = y->in[1]->grad;
    if (y->in[0]->grad) pull_images(y, y->in[0]->grad);
    if (!df) return;
#pragma omp parallel for num_threads(threads_over(shape_size(y->shape)))
    for (size_t p = 0; p < pixels; p++)
        pull_flow_at(y, p / plane, p % plane, df);
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 3, 4, 5});
    return ag_warp(x, tape_example_variable(tape, (Shape){2, 2, 4, 5}));
}

/* Which four pixels an element of y comes from, and at which edge. */
static int piece(const Node *y, size_t output) {
    const size_t plane = plane_of(y);
    const SamplePlace at = place(y, output / plane / (size_t)y->shape.c, output % plane);
    return (int)(at.at[0] % (INT_MAX / 4)) * 4 + at.free_y * 2 + at.free_x;
}

const Op op_warp = {
    .name = "warp",
    .math = "y[p] = x at p + f[p], linear between pixels",
    .derivative = "dx = sum weight dy, df = slope of x at p + f, times dy",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS},
    .example = example,
    .piece = piece,
};
