/* y = (|m - p|^2 + tr C + tr P - 2 tr (P^1/2 C P^1/2)^1/2) / c
 * dm = 2 (m - p) dy / c - (dC + dC^T) m,  dC = (I - T) dy / c
 *
 * The squared Wasserstein distance of two Gaussians, per channel: how far the features of
 * one image must be moved so that they have the distribution of another. T is the linear
 * map that moves them (transport.h). m and C are mean and covariance of the first moments
 * (gaussian.h), p and P those of the target. All of it is computed in double. */
#include "losses/dense.h"
#include "losses/gaussian.h"
#include "losses/ops.h"
#include "losses/transport.h"

/* What forward stores of one image for backward. */
typedef struct W2Workspace {
    Transport transport;
    double *mean, *target_mean;
} W2Workspace;

static size_t room_size(const Node *y) {
    const size_t c = (size_t)y->in[0]->shape.w;
    return 3 * c * c + 2 * c;
}

static W2Workspace room_of(const Node *y, size_t image) {
    const size_t c = (size_t)y->in[0]->shape.w, size = c * c;
    double *at = (double *)y->saved + image * room_size(y);
    return (W2Workspace){
        {(int)c, at, at + size, at + 2 * size}, at + 3 * size, at + 3 * size + c};
}

static void shape(Node *y) {
    gaussian_check(y);
    node_save(y, (size_t)y->in[0]->shape.n * room_size(y) * sizeof(double));
    y->shape = SCALAR;
}

static size_t workspace(const Node *y) {
    const int c = y->in[0]->shape.w;
    return (transport_workspace(c) + (size_t)c * (size_t)c) * sizeof(double);
}

static double distance(int c, const real *a, const real *b, W2Workspace *r,
                       double *room) {
    gaussian_read(c, a, r->mean, r->transport.a);
    gaussian_read(c, b, r->target_mean, r->transport.b);
    const double traces = dense_trace(c, r->transport.a) + dense_trace(c, r->transport.b),
                 shared = transport_trace(&r->transport, GAUSSIAN_EPSILON, room);
    return (gaussian_shift(c, r->mean, r->target_mean) + traces - 2 * shared) / c;
}

static size_t moments_size(const Node *y) {
    const Shape s = y->in[0]->shape;
    return (size_t)s.c * (size_t)s.h * (size_t)s.w;
}

static void forward(Node *y) {
    const Shape s = y->in[0]->shape;
    const size_t size = moments_size(y);
    double *room = tape_workspace(y->tape, workspace(y)), sum = 0;
    for (size_t n = 0; n < (size_t)s.n; n++) {
        W2Workspace r = room_of(y, n);
        sum += distance(s.w, y->in[0]->value + n * size, y->in[1]->value + n * size, &r,
                        room);
    }
    y->value[0] = (real)sum;
}

/* map = (I - map) dy / c */
static void by_covariance(int c, double dy, double *map) {
    for (int i = 0; i < c; i++)
        for (int j = 0; j < c; j++)
            map[i * c + j] = ((i == j) - map[i * c + j]) * dy / c;
}

/* forward was: y += (|m - p|^2 + tr C + tr P - 2 tr (P^1/2 C P^1/2)^1/2) / c */
static void backward(Node *y) {
    const Shape s = y->in[0]->shape;
    const size_t size = moments_size(y);
    const double dy = (double)y->grad[0];
    double *map = tape_workspace(y->tape, workspace(y)),
           *room = map + (size_t)s.w * (size_t)s.w;
    for (size_t n = 0; n < (size_t)s.n; n++) {
        const W2Workspace r = room_of(y, n);
        if (y->in[0]->grad) {
            transport_map(&r.transport, map, room);
            by_covariance(s.w, dy, map);
            gaussian_pull(s.w, dy, r.mean, r.target_mean, map, y->in[0]->grad + n * size);
        }
        if (y->in[1]->grad) {
            transport_map_back(&r.transport, map, room);
            by_covariance(s.w, dy, map);
            gaussian_pull(s.w, dy, r.target_mean, r.mean, map, y->in[1]->grad + n * size);
        }
    }
}

/* Some 30 steps of one and a half products. */
static double work(const Node *y) {
    const double c = y->in[0]->shape.w;
    return 45 * c * c * c;
}

/* Of 5 positions of 8 channels, so that the covariances are singular but for the 0.0001
 * on their diagonals. */
static Node *example(Tape *tape) {
    const Shape shape = {2, 8, 1, 5};
    Node *f = tape_example_variable(tape, shape), *p = tape_example_variable(tape, shape);
    return ag_w2(ag_moments(f, (Moments){5}), ag_moments(p, (Moments){5}));
}

const Op op_w2 = {
    .name = "w2",
    .math = "y = (|m - p|^2 + tr C + tr P - 2 tr (P^1/2 C P^1/2)^1/2) / c",
    .derivative = "dC = (I - T) dy / c, T = P^1/2 (P^1/2 C P^1/2)^-1/2 P^1/2",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING, .work = work, .workspace = workspace},
    .example = example,
};
