#include "lessons/warp_by_hand.h"

#include "autograd/tape.h"
#include "lessons/exercises/place.h"
#include "tensor/check.h"

/* Where pixel (i, j) of y is read. */
static Place reading(const Node *y, int i, int j) {
    const int h = y->shape.h;
    const int w = y->shape.w;
    const real *f = y->in[1]->value;
    return place_of(h, w, i + (double)f[h * w + i * w + j], j + (double)f[i * w + j]);
}

static void shape(Node *y) {
    const Shape x = y->in[0]->shape;
    const Shape f = y->in[1]->shape;
    CHECK(x.n == 1 && shape_equal(f, (Shape){1, 2, x.h, x.w}), "warp: %s with a flow %s",
          SHAPE(x), SHAPE(f));
    y->shape = x;
}

static void forward(Node *y) {
    const int w = y->shape.w;
    const int plane = y->shape.h * w;
    for (int e = 0; e < y->shape.c * plane; e++) {
        const Place r = reading(y, e % plane / w, e % w);
        const real *x = y->in[0]->value + e / plane * plane;
        const double a = (double)x[r.up * w + r.left];
        const double b = (double)x[r.up * w + r.right];
        const double c = (double)x[r.down * w + r.left];
        const double d = (double)x[r.down * w + r.right];
        y->value[e] = (real)((1 - r.t) * ((1 - r.s) * a + r.s * b) +
                             r.t * ((1 - r.s) * c + r.s * d));
    }
}

/* Each of the four pixels gets dy with its weight in y. Others add to the same pixel. */
static void backward_x(const Node *y, const Place *r, int e, real *dx) {
    const int w = y->shape.w;
    const double dy = (double)y->grad[e];
    dx[r->up * w + r->left] += (real)((1 - r->t) * (1 - r->s) * dy);
    dx[r->up * w + r->right] += (real)((1 - r->t) * r->s * dy);
    dx[r->down * w + r->left] += (real)(r->t * (1 - r->s) * dy);
    dx[r->down * w + r->right] += (real)(r->t * r->s * dy);
}

/* dy times the slope of x there; 0 on an axis where the flow points beyond the edge. */
static void backward_f(const Node *y, const Place *r, int e, real *df) {
    const int w = y->shape.w;
    const int plane = y->shape.h * w;
    const real *x = y->in[0]->value + e / plane * plane;
    const double a = (double)x[r->up * w + r->left];
    const double b = (double)x[r->up * w + r->right];
    const double c = (double)x[r->down * w + r->left];
    const double d = (double)x[r->down * w + r->right];
    const double dy = (double)y->grad[e];
    const double to_the_right = (1 - r->t) * (b - a) + r->t * (d - c);
    const double downwards = (1 - r->s) * (c - a) + r->s * (d - b);
    if (r->inside_x) df[e % plane] += (real)(dy * to_the_right);
    if (r->inside_y) df[plane + e % plane] += (real)(dy * downwards);
}

static void backward(Node *y) {
    const int w = y->shape.w;
    const int plane = y->shape.h * w;
    real *dx = y->in[0]->grad;
    real *df = y->in[1]->grad;
    for (int e = 0; e < y->shape.c * plane; e++) {
        const Place r = reading(y, e % plane / w, e % w);
        if (dx) backward_x(y, &r, e, dx + e / plane * plane);
        if (df) backward_f(y, &r, e, df);
    }
}

/* A kink lies between two pixels of x. */
static int piece(const Node *y, size_t output) {
    const int w = y->shape.w;
    const int at = (int)output % (y->shape.h * w);
    const Place r = reading(y, at / w, at % w);
    return (r.up * w + r.left) * 4 + 2 * r.inside_y + r.inside_x;
}

static const Op op_warp_by_hand = {.name = "warp_by_hand",
                                   .math = "y(p) = x(p + f(p))",
                                   .shape = shape,
                                   .forward = forward,
                                   .backward = backward,
                                   .piece = piece};

Node *warp_by_hand(Node *x, Node *f) {
    return tape_record(&op_warp_by_hand, 2, (Node *[]){x, f}, NULL, 0);
}
