/* What the exercises ask for, as the library has it: its kernels, its ops and its sums of
 * vectors behind the signatures of the exercises. Where it does the work in another way,
 * a piece is NULL, and who uses it takes that way. */
#include <math.h>
#include <stdint.h>

#include "autograd/ops.h"
#include "autograd/tape.h"
#include "lessons/check/conv_dims.h"
#include "lessons/own/pieces.h"
#include "losses/ops.h"
#include "losses/total.h"
#include "nn/ops.h"
#include "optim/vector.h"
#include "tensor/check.h"
#include "tensor/kernels/kernels.h"
#include "tensor/workspace.h"

/* Arrays of the caller as tensors. */
static Tensor seen_as(Shape shape, const real *numbers) {
    return (Tensor){shape, (real *)(uintptr_t)numbers};
}

/* The same lines on a tape of scalars. */
static void walk_back(int n, const char *kind, const int *a, const int *b,
                      const real *value, real *grad) {
    Arena *arena = arena_new();
    Tape *tape = tape_new();
    Node **line = ARENA_NEW(arena, Node *, (size_t)n);
    for (int i = 0; i < n; i++) {
        if (kind[i] == '+')
            line[i] = ag_add(line[a[i]], line[b[i]]);
        else if (kind[i] == '*')
            line[i] = ag_mul(line[a[i]], line[b[i]]);
        else if (kind[i] == 'e')
            line[i] = ag_exp(line[a[i]]);
        else
            line[i] = tape_variable(tape, seen_as((Shape){1, 1, 1, 1}, &value[i]));
    }
    tape_backward(tape, line[n - 1]);
    for (int i = 0; i < n; i++)
        grad[i] = line[i]->reached ? *line[i]->grad : 0;
    tape_free(tape);
    arena_free(arena);
}

static void conv2d(const Sizes *d, const real *x, const real *weight, const real *bias,
                   real *y) {
    const ConvDims size = conv_dims(d);
    void *space = workspace_take(kernels->conv2d_workspace(&size));
    kernels->conv2d_forward(&size, x, weight, bias, y, space);
    workspace_give(space);
}

static void conv2d_backward(const Sizes *d, const real *dy, const real *weight,
                            real *dx) {
    const ConvDims size = conv_dims(d);
    void *space = workspace_take(kernels->conv2d_workspace(&size));
    kernels->conv2d_backward_data(&size, dy, weight, dx, true, space);
    workspace_give(space);
}

static void max_pool_backward(int h, int w, const real *x, const real *dp, real *dx) {
    const PoolDims size = {.n = 1,
                           .c = 1,
                           .h = h,
                           .w = w,
                           .kernel = 2,
                           .stride = 2,
                           .oh = h / 2,
                           .ow = w / 2};
    const size_t pooled = (size_t)(h / 2) * (size_t)(w / 2);
    if (pooled == 0) return;
    Arena *arena = arena_new();
    uint8_t *winner = ARENA_NEW(arena, uint8_t, pooled);
    kernels->max_pool_forward(&size, x, ARENA_NEW(arena, real, pooled), winner);
    kernels->max_pool_backward(&size, dp, winner, dx, true);
    arena_free(arena);
}

/* A loss of the features f, recorded on a tape of its own, with the gradient by f. */
typedef struct Recorded {
    Tape *tape;
    Node *f, *loss;
} Recorded;

static Recorded record_features(Shape shape, const real *f) {
    Tape *tape = tape_new();
    return (Recorded){.tape = tape, .f = tape_variable(tape, seen_as(shape, f))};
}

static double value_of(Recorded r) {
    const double loss = (double)*r.loss->value;
    tape_free(r.tape);
    return loss;
}

static void add_gradient(Recorded r, double dj, real *df) {
    tape_backward(r.tape, r.loss);
    vector_add(shape_size(r.f->shape), dj, r.f->grad, df);
    tape_free(r.tape);
}

static Recorded record_content(int channels, int positions, const real *f,
                               const real *p) {
    const Shape shape = {1, channels, 1, positions};
    Recorded r = record_features(shape, f);
    r.loss = ag_squared_distance(r.f, tape_constant(r.tape, seen_as(shape, p)),
                                 (SquaredDistance){0.5});
    return r;
}

static double content_loss(int channels, int positions, const real *f, const real *p) {
    return value_of(record_content(channels, positions, f, p));
}

static void content_loss_backward(int channels, int positions, const real *f,
                                  const real *p, double dj, real *df) {
    add_gradient(record_content(channels, positions, f, p), dj, df);
}

static void gram(int n, int m, const real *f, real *g) {
    kernels->gram_forward(1, n, (size_t)m, 1, f, g);
}

/* E = 1 / (4 N^2 M^2) sum (G - A)^2 */
static Recorded record_style(int n, int m, const real *f, const real *a) {
    Recorded r = record_features((Shape){1, n, 1, m}, f);
    Node *g = ag_gram(r.f, (Gram){1});
    const double entries = (double)n * m;
    r.loss = ag_squared_distance(g, tape_constant(r.tape, seen_as(g->shape, a)),
                                 (SquaredDistance){1 / (4 * entries * entries)});
    return r;
}

static double style_loss(int n, int m, const real *f, const real *a, real *g) {
    gram(n, m, f, g);
    return value_of(record_style(n, m, f, a));
}

static void style_loss_backward(int n, int m, const real *f, const real *a, real *g,
                                real *df) {
    gram(n, m, f, g);
    add_gradient(record_style(n, m, f, a), 1, df);
}

static Recorded record_tv(int h, int w, const real *x) {
    Recorded r = record_features((Shape){1, 1, h, w}, x);
    r.loss = ag_tv_squares(r.f);
    return r;
}

static double tv_squares(int h, int w, const real *x) {
    return value_of(record_tv(h, w, x));
}

static void tv_squares_backward(int h, int w, const real *x, real *dx) {
    add_gradient(record_tv(h, w, x), 1, dx);
}

static double total_loss(int count, const double *loss, const double *weight) {
    enum { MOST = 16 };
    Node *term[MOST];
    real value[MOST];
    CHECK(count <= MOST, "%d losses", count);
    Tape *tape = tape_new();
    for (int t = 0; t < count; t++) {
        value[t] = (real)loss[t];
        term[t] = tape_constant(tape, seen_as((Shape){1, 1, 1, 1}, &value[t]));
    }
    const double sum = (double)*ag_weighted_sum(count, term, weight)->value;
    tape_free(tape);
    return sum;
}

static void total_gradient(int count, int n, real *const *gradient, const double *weight,
                           real *total) {
    for (int t = 0; t < count; t++)
        vector_add((size_t)n, weight[t], gradient[t], total);
}

static double cosine(int n, const real *u, const real *v) {
    const size_t size = (size_t)n;
    const double uu = vector_dot(size, u, u), vv = vector_dot(size, v, v);
    return uu > 0 && vv > 0 ? vector_dot(size, u, v) / sqrt(uu * vv) : 0;
}

Pieces pieces_library(void) {
    return (Pieces){
        .walk_back = walk_back,
        .conv2d = conv2d,
        .conv2d_backward = conv2d_backward,
        .max_pool_backward = max_pool_backward,
        .content_loss = content_loss,
        .content_loss_backward = content_loss_backward,
        .gram = gram,
        .style_loss = style_loss,
        .style_loss_backward = style_loss_backward,
        .tv_squares = tv_squares,
        .tv_squares_backward = tv_squares_backward,
        .total_loss = total_loss,
        .total_gradient = total_gradient,
        .cosine = cosine,
    };
}
