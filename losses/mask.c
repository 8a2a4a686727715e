/* y[n,c,i,j] = f[n,c,i,j] t[i,j]    f is (n, c, h, w), t is (1, 1, h, w)
 * df = t dy,  dt[i,j] = sum over n, c of f dy
 *
 * All channels of a position have the same weight, 0 outside the region. A Gram matrix of
 * masked features is sum t^2 f f^T, so it depends on the region only. */
#include "losses/ops.h"
#include "tensor/check.h"
#include "tensor/threads.h"

static void shape(Node *y) {
    const Shape f = y->in[0]->shape, t = y->in[1]->shape;
    CHECK(shape_equal(t, (Shape){1, 1, f.h, f.w}),
          "mask: features %s need a mask (1,1,%d,%d), not %s", SHAPE(f), f.h, f.w,
          SHAPE(t));
    y->shape = f;
}

static size_t planes_of(const Node *y) {
    return (size_t)y->shape.n * (size_t)y->shape.c;
}

static size_t plane_of(const Node *y) {
    return (size_t)y->shape.h * (size_t)y->shape.w;
}

static void forward(Node *y) {
    const real *f = y->in[0]->value, *t = y->in[1]->value;
    const size_t planes = planes_of(y), plane = plane_of(y);
#pragma omp parallel for num_threads(threads_over(planes *plane))
    for (size_t p = 0; p < planes; p++)
        for (size_t k = 0; k < plane; k++)
            y->value[p * plane + k] = f[p * plane + k] * t[k];
}

/* forward was: y = f t */
static void backward(Node *y) {
    const real *f = y->in[0]->value, *t = y->in[1]->value, *dy = y->grad;
    real *df = y->in[0]->grad, *dt = y->in[1]->grad;
    const size_t planes = planes_of(y), plane = plane_of(y);
    if (df) {
        const bool blank = node_blank(y->in[0]);
#pragma omp parallel for num_threads(threads_over(planes *plane))
        for (size_t p = 0; p < planes; p++)
            for (size_t i = p * plane, k = 0; k < plane; i++, k++)
                df[i] = (blank ? 0 : df[i]) + t[k] * dy[i];
    }
    if (!dt) return;
    for (size_t p = 0; p < planes; p++)
        for (size_t i = p * plane, k = 0; k < plane; i++, k++)
            dt[k] += f[i] * dy[i];
}

static Node *example(Tape *tape) {
    Node *f = tape_example_variable(tape, (Shape){2, 3, 4, 5});
    return ag_mask(f, tape_example_variable(tape, (Shape){1, 1, 4, 5}));
}

const Op op_mask = {
    .name = "mask",
    .math = "y = f t",
    .derivative = "df = t dy, dt = sum over channels of f dy",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OTHERS, .fills = true},
    .example = example,
};
