#include "lessons/adain_by_hand.h"

#include <math.h>

#include "autograd/tape.h"
#include "tensor/check.h"

TwoMoments two_moments(int count, const real *x) {
    double sum = 0;
    double squares = 0;
    for (int k = 0; k < count; k++)
        sum += (double)x[k];
    const double m = sum / count;
    for (int k = 0; k < count; k++)
        squares += ((double)x[k] - m) * ((double)x[k] - m);
    return (TwoMoments){m, sqrt(squares / count + ADAIN_EPSILON)};
}

ChannelMoments channel_moments(Arena *arena, Tensor f) {
    const Shape each = {1, f.shape.c, 1, 1};
    const int pixels = f.shape.h * f.shape.w;
    ChannelMoments all = {tensor_alloc(arena, each), tensor_alloc(arena, each)};
    for (int c = 0; c < f.shape.c; c++) {
        const TwoMoments own = two_moments(pixels, f.data + c * pixels);
        all.m.data[c] = (real)own.m;
        all.d.data[c] = (real)own.d;
    }
    return all;
}

static int pixels_of(const Node *x) {
    return x->shape.h * x->shape.w;
}

static void shape(Node *out) {
    const Shape x = out->in[0]->shape;
    const Shape y = out->in[1]->shape;
    CHECK(x.n == 1 && y.n == 1 && x.c == y.c, "adain: %s with the moments of %s",
          SHAPE(x), SHAPE(y));
    out->shape = x;
}

static void forward(Node *out) {
    const int n = pixels_of(out->in[0]);
    const int others = pixels_of(out->in[1]);
    for (int c = 0; c < out->shape.c; c++) {
        const real *x = out->in[0]->value + c * n;
        const TwoMoments of_x = two_moments(n, x);
        const TwoMoments of_y = two_moments(others, out->in[1]->value + c * others);
        for (int k = 0; k < n; k++)
            out->value[c * n + k] =
                (real)(of_y.d * ((double)x[k] - of_x.m) / of_x.d + of_y.m);
    }
}

/* dx = d_y / d_x (dout - mean of dout - z mean of z dout), as in lesson 17. */
static void backward_x(int n, const real *x, double d_y, const real *dout, real *dx) {
    const TwoMoments of_x = two_moments(n, x);
    double mean = 0;
    double with_z = 0;
    for (int k = 0; k < n; k++) {
        const double z = ((double)x[k] - of_x.m) / of_x.d;
        mean += (double)dout[k] / n;
        with_z += z * (double)dout[k] / n;
    }
    for (int k = 0; k < n; k++) {
        const double z = ((double)x[k] - of_x.m) / of_x.d;
        dx[k] += (real)(d_y / of_x.d * ((double)dout[k] - mean - z * with_z));
    }
}

/* dm = sum of dout, dd = sum of z dout; dy_k = (dm + dd (y_k - m_y) / d_y) / M_y */
static void backward_y(int n, const real *x, const real *dout, int others, const real *y,
                       real *dy) {
    const TwoMoments of_x = two_moments(n, x);
    const TwoMoments of_y = two_moments(others, y);
    double dm = 0;
    double dd = 0;
    for (int k = 0; k < n; k++) {
        dm += (double)dout[k];
        dd += (double)dout[k] * ((double)x[k] - of_x.m) / of_x.d;
    }
    for (int k = 0; k < others; k++) {
        const double z = ((double)y[k] - of_y.m) / of_y.d;
        dy[k] += (real)((dm + dd * z) / others);
    }
}

static void backward(Node *out) {
    const Node *x = out->in[0];
    const Node *y = out->in[1];
    const int n = pixels_of(x);
    const int others = pixels_of(y);
    for (int c = 0; c < out->shape.c; c++) {
        const real *of_x = x->value + c * n;
        const real *of_y = y->value + c * others;
        const real *dout = out->grad + c * n;
        const double d_y = two_moments(others, of_y).d;
        if (x->grad) backward_x(n, of_x, d_y, dout, x->grad + c * n);
        if (y->grad) backward_y(n, of_x, dout, others, of_y, y->grad + c * others);
    }
}

static const Op op_adain_by_hand = {.name = "adain_by_hand",
                                    .math = "d_y (x - m_x) / d_x + m_y",
                                    .shape = shape,
                                    .forward = forward,
                                    .backward = backward};

Node *adain_by_hand(Node *x, Node *y) {
    return tape_record(&op_adain_by_hand, 2, (Node *[]){x, y}, NULL, 0);
}
