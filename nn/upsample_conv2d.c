/* y = conv2d(upsample(x, 2), w, b) for windows of 3 x 3 and mirrored borders, without the
 * large image: it has each pixel four times, so a window of 3 x 3 sees 2 x 2 pixels of x,
 * and weights that meet the same pixel are added before they are multiplied.
 *
 *     rows of the window          even row of y     w0 | w1 + w2     of x: above, here
 *                                 odd row of y     w0 + w1 | w2            here, below
 *
 * The four kinds of places of y are the four phases of one transposed convolution: y is
 * what backward_data makes of x, for a convolution with stride 2 and windows of 4 x 4,
 *
 *     k[c,o] = (w2, w1 + w2, w0 + w1, w0) in both directions of w[o,c]
 *
 * so dx is its forward pass over dy, and dk its gradient of weights. Mirrored, the large
 * image repeats the pixels at its border, so x gets a border of copies. A bias is one more
 * channel of x, of ones, that meets each place of y once. */
#include <limits.h>
#include <string.h>

#include "nn/border.h"
#include "nn/ops.h"
#include "tensor/check.h"
#include "tensor/kernels/channel_sum.h"
#include "tensor/kernels/kernels.h"

#define WINDOW 9  /* weights of 3 x 3 */
#define LARGE 16  /* of 4 x 4 */
#define VECTOR 16 /* elements: arrays in the workspace begin at whole cache lines */

static void shape(Node *y) {
    const Shape x = y->in[0]->shape, w = y->in[1]->shape;
    CHECK(w.c == x.c && w.h == 3 && w.w == 3, "upsample_conv2d: %s against weight %s",
          SHAPE(x), SHAPE(w));
    CHECK(x.h <= INT_MAX / 2 && x.w <= INT_MAX / 2, "upsample_conv2d: %s", SHAPE(x));
    if (y->inputs == 3)
        CHECK(shape_equal(y->in[2]->shape, (Shape){1, w.n, 1, 1}),
              "upsample_conv2d: bias %s against weight %s", SHAPE(y->in[2]->shape),
              SHAPE(w));
    y->shape = (Shape){x.n, w.n, 2 * x.h, 2 * x.w};
}

/* The convolution that reads y and makes x, with its border and `ones` more channels. */
static ConvDims transposed(const Node *y, bool ones) {
    const Shape x = y->in[0]->shape;
    return (ConvDims){.n = x.n,
                      .c = y->shape.c,
                      .h = y->shape.h,
                      .w = y->shape.w,
                      .o = x.c + ones,
                      .kh = 4,
                      .kw = 4,
                      .stride = 2,
                      .pad = 3,
                      .oh = x.h + 2,
                      .ow = x.w + 2};
}

/* ---- The workspace: x with its border or dx with it, k or dk, and the kernels' ---- */

static size_t whole(size_t elements) {
    return (elements + VECTOR - 1) / VECTOR * VECTOR;
}

static size_t image_size(const ConvDims *d) {
    return (size_t)d->n * (size_t)d->o * (size_t)d->oh * (size_t)d->ow;
}

static size_t windows_size(const ConvDims *d) {
    return LARGE * (size_t)d->o * (size_t)d->c;
}

static size_t workspace(const Node *y) {
    const ConvDims d = transposed(y, y->inputs == 3);
    return (whole(image_size(&d)) + whole(windows_size(&d))) * sizeof(real) +
           kernels->conv2d_workspace(&d);
}

typedef struct UpsampleParts {
    ConvDims d;
    real *image, *windows, *rest;
} UpsampleParts;

static UpsampleParts parts_of(Node *y, bool ones) {
    UpsampleParts p = {.d = transposed(y, ones)};
    p.image = tape_workspace(y->tape, workspace(y));
    p.windows = p.image + whole(image_size(&p.d));
    p.rest = p.windows + whole(windows_size(&p.d));
    return p;
}

/* ---- Windows ---- */

/* k[u] = w[2 - u] + w[3 - u], where these exist, in both directions. */
static void widen(const real *w, real *k) {
    memset(k, 0, LARGE * sizeof(real));
    for (int s = 0; s < WINDOW; s++) {
        real *at = k + 4 * (2 - s / 3) + 2 - s % 3;
        at[0] += w[s], at[1] += w[s], at[4] += w[s], at[5] += w[s];
    }
}

/* dw += dk at the four places where widen() has added w. */
static void narrow(const real *dk, real *dw) {
    for (int s = 0; s < WINDOW; s++) {
        const real *at = dk + 4 * (2 - s / 3) + 2 - s % 3;
        dw[s] += (at[0] + at[1]) + (at[4] + at[5]);
    }
}

/* All windows, (c, o) for w of (o, c), and those of the ones: b[o] once for each phase. */
static void widen_all(const Node *y, const UpsampleParts *p) {
    const Shape w = y->in[1]->shape;
    for (int o = 0; o < w.n; o++)
        for (int c = 0; c < w.c; c++)
            widen(y->in[1]->value + (o * w.c + c) * WINDOW,
                  p->windows + (c * w.n + o) * LARGE);
    if (p->d.o == w.c) return;
    real *k = p->windows + (ptrdiff_t)w.c * w.n * LARGE;
    memset(k, 0, (size_t)w.n * LARGE * sizeof(real));
    for (int o = 0; o < w.n; o++, k += LARGE)
        k[0] = k[1] = k[4] = k[5] = y->in[2]->value[o];
}

/* x with its border, and the channel of ones. */
static void pad_image(const Node *y, const UpsampleParts *p) {
    Shape x = y->in[0]->shape;
    const size_t plane = (size_t)p->d.oh * (size_t)p->d.ow, own = (size_t)x.c * plane;
    if (p->d.o == x.c) {
        border_pad(PAD_REPLICATE, x, 1, y->in[0]->value, p->image);
        return;
    }
    const size_t image = shape_size(x) / (size_t)x.n;
    const int images = x.n;
    real *to = p->image;
    x.n = 1;
    for (int n = 0; n < images; n++, to += own + plane) {
        border_pad(PAD_REPLICATE, x, 1, y->in[0]->value + (size_t)n * image, to);
        for (size_t i = 0; i < plane; i++)
            to[own + i] = 1;
    }
}

/* ---- The two passes ---- */

static void forward(Node *y) {
    const UpsampleParts p = parts_of(y, y->inputs == 3);
    pad_image(y, &p);
    widen_all(y, &p);
    kernels->conv2d_backward_data(&p.d, p.image, p.windows, y->value, false, p.rest);
}

static void backward_weight(const Node *y, const UpsampleParts *p) {
    const Shape w = y->in[1]->shape;
    memset(p->windows, 0, windows_size(&p->d) * sizeof(real));
    kernels->conv2d_backward_weight(&p->d, y->grad, p->image, p->windows, p->rest);
    for (int o = 0; o < w.n; o++)
        for (int c = 0; c < w.c; c++)
            narrow(p->windows + (c * w.n + o) * LARGE,
                   y->in[1]->grad + (o * w.c + c) * WINDOW);
}

/* forward was: y = the transposed convolution of x with k */
static void backward(Node *y) {
    Node *x = y->in[0];
    const UpsampleParts p = parts_of(y, false);
    const size_t plane = (size_t)y->shape.h * (size_t)y->shape.w;
    if (x->grad) {
        widen_all(y, &p);
        kernels->conv2d_forward(&p.d, y->grad, p.windows, NULL, p.image, p.rest);
        border_fold(PAD_REPLICATE, x->shape, 1, p.image, x->grad, node_blank(x));
    }
    if (y->in[1]->grad) {
        pad_image(y, &p);
        backward_weight(y, &p);
    }
    if (y->inputs == 3 && y->in[2]->grad)
        channel_sum(y->shape.n, y->shape.c, plane, y->grad, y->in[2]->grad);
}

/* That of the convolution of the large image. */
static double work(const Node *y) {
    return (double)shape_size(y->shape) * y->in[1]->shape.c * WINDOW;
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 3, 3, 2});
    Node *w = tape_example_variable(tape, (Shape){2, 3, 3, 3});
    Node *b = tape_example_variable(tape, (Shape){1, 2, 1, 1});
    Node *y = ag_upsample_conv2d(x, w, b);
    w = tape_example_variable(tape, (Shape){3, 2, 3, 3});
    return ag_upsample_conv2d(y, w, NULL);
}

const Op op_upsample_conv2d = {
    .name = "upsample_conv2d",
    .math = "y = conv2d(upsample(x, 2), w, b)",
    .derivative = "those of conv2d and upsample",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OTHERS, .work = work, .workspace = workspace, .fills = true},
    .example = example,
};
