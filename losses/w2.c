/* y = (|m - p|^2 + tr C + tr P - 2 tr (R C R)^(1/2)) / c,  R = P^(1/2)
 * dm = 2 (m - p) dy / c - (dC + dC^T) m,  dC = (I - R (R C R)^(-1/2) R) dy / c
 *
 * The squared Wasserstein distance of two Gaussians, per channel: how far the features of
 * one picture must be moved to be spread like those of another. m and C are mean and
 * covariance of the first moments (see moments.c), C = G - m m^T + 0.0001 I; p and P
 * those of the target. Roots by matrix_root.h. */
#include "losses/matrix_root.h"
#include "losses/ops.h"
#include "tensor/check.h"
#include "tensor/kernels.h"

#define EPSILON 1e-4

/* The matrices that one picture needs, one after the other in y->saved. */
typedef struct Room {
    real *cov, *target, *root, *mixed, *mixed_root, *scratch;
} Room;
enum { MATRICES = 5 + MATRIX_ROOT_SCRATCH };

static Room room_of(const Node *y, size_t picture) {
    const size_t c = (size_t)y->in[0]->shape.w, size = c * c;
    real *at = (real *)y->saved + picture * MATRICES * size;
    return (Room){at,           at + size, at + 2 * size, at + 3 * size, at + 4 * size,
                  at + 5 * size};
}

static void shape(Node *y) {
    const Shape a = y->in[0]->shape, b = y->in[1]->shape;
    CHECK(shape_equal(a, b) && a.c == 1 && a.h == a.w + 1,
          "w2 of %s and %s: both must be moments", SHAPE(a), SHAPE(b));
    node_save(y, (size_t)a.n * (size_t)a.w * (size_t)a.w * MATRICES * sizeof(real));
    y->shape = SCALAR;
}

/* G - m m^T + 0.0001 I */
static void covariance(size_t c, const real *moments, real *cov) {
    const real *m = moments + c * c;
    for (size_t i = 0; i < c; i++)
        for (size_t j = 0; j < c; j++)
            cov[i * c + j] =
                moments[i * c + j] - m[i] * m[j] + (i == j ? (real)EPSILON : 0);
}

static double trace(size_t c, const real *a) {
    double sum = 0;
    for (size_t i = 0; i < c; i++)
        sum += (double)a[i * (c + 1)];
    return sum;
}

/* out = R A R */
static void between(int c, const real *r, const real *a, real *out, real *scratch) {
    const GemmDims d = {.m = c, .n = c, .k = c, .lda = c, .ldb = c, .ldc = c};
    kernels->gemm(&d, r, a, scratch);
    kernels->gemm(&d, scratch, r, out);
}

static double distance(int channels, const real *a, const real *b, Room room) {
    const size_t c = (size_t)channels;
    const real *m = a + c * c, *p = b + c * c;
    covariance(c, a, room.cov);
    covariance(c, b, room.target);
    matrix_root(channels, room.target, room.root, room.scratch);
    between(channels, room.root, room.cov, room.mixed, room.scratch);
    matrix_root(channels, room.mixed, room.mixed_root, room.scratch);
    double sum =
        trace(c, room.cov) + trace(c, room.target) - 2 * trace(c, room.mixed_root);
    for (size_t i = 0; i < c; i++)
        sum += ((double)m[i] - (double)p[i]) * ((double)m[i] - (double)p[i]);
    return sum / channels;
}

static void forward(Node *y) {
    const Shape s = y->in[0]->shape;
    const size_t size = (size_t)s.h * (size_t)s.w;
    double sum = 0;
    for (size_t n = 0; n < (size_t)s.n; n++)
        sum += distance(s.w, y->in[0]->value + n * size, y->in[1]->value + n * size,
                        room_of(y, n));
    y->value[0] = (real)sum;
}

/* One picture; a, da: its moments and their gradient. */
static void pull(int channels, const real *a, const real *b, double dy, Room room,
                 real *da) {
    const size_t c = (size_t)channels;
    const real *m = a + c * c, *p = b + c * c;
    real *slope = room.mixed, *dcov = room.target; /* not needed any more */
    matrix_root_slope(channels, room.mixed_root, slope, room.scratch);
    between(channels, room.root, slope, dcov, room.scratch);
    for (size_t i = 0; i < c * c; i++)
        dcov[i] = (real)(dy / channels * ((i % (c + 1) == 0 ? 1 : 0) - (double)dcov[i]));
    for (size_t i = 0; i < c; i++) {
        double dm = 2 * dy / channels * ((double)m[i] - (double)p[i]);
        for (size_t j = 0; j < c; j++) {
            dm -= ((double)dcov[i * c + j] + (double)dcov[j * c + i]) * (double)m[j];
            da[i * c + j] += dcov[i * c + j];
        }
        da[c * c + i] += (real)dm;
    }
}

/* forward was: y += (|m - p|^2 + tr C + tr P - 2 tr (R C R)^(1/2)) / c
 * The distance is the same with its two sides exchanged, and so is the gradient. */
static void backward(Node *y) {
    const Shape s = y->in[0]->shape;
    const size_t size = (size_t)s.h * (size_t)s.w;
    for (size_t n = 0; n < (size_t)s.n; n++) {
        const real *a = y->in[0]->value + n * size, *b = y->in[1]->value + n * size;
        const Room room = room_of(y, n);
        if (y->in[0]->grad)
            pull(s.w, a, b, (double)y->grad[0], room, y->in[0]->grad + n * size);
        if (!y->in[1]->grad) continue;
        distance(s.w, b, a, room);
        pull(s.w, b, a, (double)y->grad[0], room, y->in[1]->grad + n * size);
        distance(s.w, a, b, room); /* as forward left it */
    }
}

static double work(const Node *y) {
    const double c = y->in[0]->shape.w;
    return 72 * c * c * c;
}

/* Of 20 positions of 3 channels, so that the covariances are far from singular. */
static Node *example(Tape *tape) {
    const Shape shape = {2, 3, 4, 5};
    Node *f = tape_example_variable(tape, shape), *p = tape_example_variable(tape, shape);
    return ag_w2(ag_moments(f, (Moments){20}), ag_moments(p, (Moments){20}));
}

const Op op_w2 = {
    .name = "w2",
    .math = "y = (|m - p|^2 + tr C + tr P - 2 tr (P^1/2 C P^1/2)^1/2) / c",
    .derivative = "dC = (I - R (R C R)^-1/2 R) dy / c, R = P^1/2",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .reads = READS_INPUTS,
    .work = work,
    .example = example,
};
