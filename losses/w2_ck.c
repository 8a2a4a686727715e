/* y = (|m - p|^2 + tr C + tr P - 2 tr (R C R)^(1/2)) / c,  R = P^(1/2), about
 * dm = 2 (m - p) dy / c - (dC + dC^T) m,  dC = (I - R (R C R)^(-1/2) R) dy / c, about
 *
 * The distance of w2.c as Crowson's program computes it: roots and their slopes in twelve
 * steps each (matrix_root.h), which is inaccurate for small eigenvalues. Value and
 * gradient are those of that program. As there, the gradient is not exactly the
 * derivative of the value: on features after a ReLU they differ by some percent. */
#include "losses/dense.h"
#include "losses/gaussian.h"
#include "losses/matrix_root.h"
#include "losses/ops.h"

/* What forward stores of one image for backward: R and (R C R)^(1/2). */
typedef struct W2ckWorkspace {
    double *root, *mixed_root, *mean, *target_mean;
} W2ckWorkspace;

static size_t matrix_size(const Node *y) {
    return (size_t)y->in[0]->shape.w * (size_t)y->in[0]->shape.w;
}

static size_t room_size(const Node *y) {
    return 2 * matrix_size(y) + 2 * (size_t)y->in[0]->shape.w;
}

static W2ckWorkspace room_at(const Node *y, double *at) {
    const size_t size = matrix_size(y), c = (size_t)y->in[0]->shape.w;
    return (W2ckWorkspace){at, at + size, at + 2 * size, at + 2 * size + c};
}

static void shape(Node *y) {
    gaussian_check(y);
    node_save(y, (size_t)y->in[0]->shape.n * room_size(y) * sizeof(double));
    y->shape = SCALAR;
}

/* Matrices of workspace in both passes, besides those of the roots. */
typedef struct Work {
    double *cov, *mixed, *steps, *other;
} Work;

static size_t workspace(const Node *y) {
    return (2 * matrix_size(y) + matrix_root_workspace(y->in[0]->shape.w) +
            room_size(y)) *
           sizeof(double);
}

static Work work_of(const Node *y) {
    double *at = tape_workspace(y->tape, workspace(y));
    const size_t size = matrix_size(y);
    return (Work){at, at + size, at + 2 * size,
                  at + 2 * size + matrix_root_workspace(y->in[0]->shape.w)};
}

/* out = R A R */
static void between(int c, const double *r, const double *a, double *out, double *steps) {
    double *product = steps, *panels = steps + (size_t)c * (size_t)c;
    dense_multiply(c, r, a, product, DENSE_ALL, panels);
    dense_multiply(c, product, r, out, DENSE_HALF, panels);
}

static double distance(int c, const real *a, const real *b, W2ckWorkspace r, Work w) {
    gaussian_read(c, b, r.target_mean, w.cov);
    double traces = dense_trace(c, w.cov);
    matrix_root(c, w.cov, r.root, w.steps);
    gaussian_read(c, a, r.mean, w.cov);
    traces += dense_trace(c, w.cov);
    between(c, r.root, w.cov, w.mixed, w.steps);
    matrix_root(c, w.mixed, r.mixed_root, w.steps);
    return (gaussian_shift(c, r.mean, r.target_mean) + traces -
            2 * dense_trace(c, r.mixed_root)) /
           c;
}

static size_t moments_size(const Node *y) {
    const Shape s = y->in[0]->shape;
    return (size_t)s.c * (size_t)s.h * (size_t)s.w;
}

static void forward(Node *y) {
    const Shape s = y->in[0]->shape;
    const size_t size = moments_size(y);
    const Work w = work_of(y);
    double sum = 0;
    for (size_t n = 0; n < (size_t)s.n; n++)
        sum += distance(s.w, y->in[0]->value + n * size, y->in[1]->value + n * size,
                        room_at(y, (double *)y->saved + n * room_size(y)), w);
    y->value[0] = (real)sum;
}

/* da: the gradient of the moments whose mean is r.mean. */
static void pull(int c, double dy, W2ckWorkspace r, Work w, real *da) {
    double *slope = w.mixed, *dcov = w.cov;
    matrix_root_slope(c, r.mixed_root, slope, w.steps);
    between(c, r.root, slope, dcov, w.steps);
    for (int i = 0; i < c; i++)
        for (int j = 0; j < c; j++)
            dcov[i * c + j] = ((i == j) - dcov[i * c + j]) * dy / c;
    gaussian_pull(c, dy, r.mean, r.target_mean, dcov, da);
}

/* forward was: y += (|m - p|^2 + tr C + tr P - 2 tr (R C R)^(1/2)) / c
 * The distance is the same with its two sides exchanged, and so is the gradient. */
static void backward(Node *y) {
    const Shape s = y->in[0]->shape;
    const size_t size = moments_size(y);
    const double dy = (double)y->grad[0];
    const Work w = work_of(y);
    for (size_t n = 0; n < (size_t)s.n; n++) {
        const real *a = y->in[0]->value + n * size, *b = y->in[1]->value + n * size;
        const W2ckWorkspace own = room_at(y, (double *)y->saved + n * room_size(y)),
                            other = room_at(y, w.other);
        if (y->in[0]->grad) pull(s.w, dy, own, w, y->in[0]->grad + n * size);
        if (!y->in[1]->grad) continue;
        distance(s.w, b, a, other, w);
        pull(s.w, dy, other, w, y->in[1]->grad + n * size);
    }
}

/* Two roots, half of each product. */
static double work(const Node *y) {
    const double c = y->in[0]->shape.w;
    return 36 * c * c * c;
}

/* Of 20 positions of 3 channels, so that the covariances are far from singular. */
static Node *example(Tape *tape) {
    const Shape shape = {2, 3, 4, 5};
    Node *f = tape_example_variable(tape, shape), *p = tape_example_variable(tape, shape);
    return ag_w2_ck(ag_moments(f, (Moments){20}), ag_moments(p, (Moments){20}));
}

const Op op_w2_ck = {
    .name = "w2_ck",
    .math = "y = (|m - p|^2 + tr C + tr P - 2 tr (P^1/2 C P^1/2)^1/2) / c, in 12 steps",
    .derivative = "dC = (I - R (R C R)^-1/2 R) dy / c, R = P^1/2, in 12 steps",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS, .work = work, .workspace = workspace},
    .example = example,
};
