/* y[n,o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] x[n,c, i s + u - p, j s + v - p]
 * dx, dw, db: the formulas are in tensor/kernels/kernels.h.
 *
 * With a reflected or repeated border, x is copied to the workspace with its border, and
 * the convolution of the copy needs no padding. The gradient of every border pixel is
 * added to that of the pixel it is a copy of. Groups of channels: grouped.h; dilation:
 * dilated.h.
 *
 * conv2d_relu also applies a ReLU to y while y is still in the cache. Its backward first
 * multiplies dy by the ReLU's bits. */
#include <string.h>

#include "autograd/tape_plan.h"
#include "nn/border.h"
#include "nn/dilated.h"
#include "nn/grouped.h"
#include "nn/ops.h"
#include "tensor/check.h"
#include "tensor/kernels/channel_sum.h"
#include "tensor/kernels/relu_signs.h"

static int groups_of(const Node *y) {
    const Conv2d *p = y->params;
    return p->groups ? p->groups : 1;
}

static bool is_dilated(const Node *y) {
    const Conv2d *p = y->params;
    return p->dilation > 1;
}

/* Rows or columns of x from the first to the last that a window reads. */
static int reach(const Conv2d *p, int window) {
    return (window - 1) * (p->dilation ? p->dilation : 1) + 1;
}

/* The sizes for the kernels: with a border of pixels, those of the padded image. */
static ConvDims dims_of(const Node *y) {
    const Conv2d *p = y->params;
    Shape x = y->in[0]->shape, w = y->in[1]->shape;
    int border = p->mode == PAD_ZERO ? 0 : p->pad;
    ConvDims d = {.n = x.n,
                  .c = x.c,
                  .h = x.h + 2 * border,
                  .w = x.w + 2 * border,
                  .o = w.n,
                  .kh = w.h,
                  .kw = w.w,
                  .stride = p->stride ? p->stride : 1,
                  .pad = p->pad - border};
    d.oh = (d.h + 2 * d.pad - reach(p, d.kh)) / d.stride + 1;
    d.ow = (d.w + 2 * d.pad - reach(p, d.kw)) / d.stride + 1;
    return d;
}

static bool has_border(const Node *y) {
    const Conv2d *p = y->params;
    return p->mode != PAD_ZERO && p->pad > 0;
}

static void shape(Node *y) {
    const Conv2d *p = y->params;
    Shape x = y->in[0]->shape, w = y->in[1]->shape;
    const int groups = groups_of(y);
    CHECK(p->stride >= 0 && p->pad >= 0, "conv2d: stride %d, pad %d", p->stride, p->pad);
    CHECK(p->groups >= 0 && p->dilation >= 0, "conv2d: %d groups, dilation %d", p->groups,
          p->dilation);
    CHECK(w.n % groups == 0, "conv2d: %d groups for %d output channels: %s against %s",
          groups, w.n, SHAPE(x), SHAPE(w));
    CHECK((long long)w.c * groups == x.c,
          "conv2d: input has %d channels, weight needs %lld: %s against %s", x.c,
          (long long)w.c * groups, SHAPE(x), SHAPE(w));
    CHECK(p->mode != PAD_REFLECT || p->pad == 0 || (p->pad < x.h && p->pad < x.w),
          "conv2d: %s is too small to be mirrored by %d pixels, with weight %s", SHAPE(x),
          p->pad, SHAPE(w));
    CHECK(x.h + 2 * p->pad >= reach(p, w.h) && x.w + 2 * p->pad >= reach(p, w.w),
          "conv2d: kernel is larger than input with pad %d: %s against %s", p->pad,
          SHAPE(w), SHAPE(x));
    if (y->inputs == 3)
        CHECK(shape_equal(y->in[2]->shape, (Shape){1, w.n, 1, 1}),
              "conv2d: bias %s against weight %s", SHAPE(y->in[2]->shape), SHAPE(w));
    ConvDims d = dims_of(y);
    y->shape = (Shape){x.n, w.n, d.oh, d.ow};
}

/* Elements of the padded image; 0 when x is used without a copy. */
static size_t padded_size(const Node *y) {
    ConvDims d = dims_of(y);
    return has_border(y) ? shape_size((Shape){d.n, d.c, d.h, d.w}) : 0;
}

static size_t workspace_bytes(const Node *y) {
    if (is_dilated(y)) return dilated_workspace(y);
    const ConvDims d = dims_of(y);
    return padded_size(y) * sizeof(real) + grouped_workspace(&d, groups_of(y));
}

/* The workspace: first the padded image, then the workspace of the kernels; `more` bytes
 * follow at *rest. */
static real *workspace_of(Node *y, size_t more, real **rest) {
    const size_t line = 64, first = (workspace_bytes(y) + line - 1) / line * line;
    real *workspace = tape_workspace(y->tape, first + more);
    if (rest) *rest = workspace + first / sizeof(real);
    return workspace;
}

/* The image that the kernels read: x, or the padded copy. */
static const real *padded_image(const Node *y, real *workspace) {
    const Node *x = y->in[0];
    const Conv2d *p = y->params;
    if (!has_border(y)) return x->value;
    border_pad(p->mode, x->shape, p->pad, x->value, workspace);
    return workspace;
}

static const real *bias_of(const Node *y) {
    return y->inputs == 3 ? y->in[2]->value : NULL;
}

/* With a ReLU when `signs` is not NULL. */
static void forward_with(Node *y, uint8_t *signs) {
    const ConvDims d = dims_of(y);
    real *workspace = workspace_of(y, 0, NULL);
    if (is_dilated(y)) {
        dilated_forward(y, workspace);
        if (signs)
            relu_signs_forward((ptrdiff_t)d.n * d.o, d.oh, d.ow, y->value, y->value,
                               signs);
    } else {
        grouped_forward(&d, groups_of(y), padded_image(y, workspace), y->in[1]->value,
                        bias_of(y), y->value, signs, workspace + padded_size(y));
    }
}

static void forward(Node *y) {
    forward_with(y, NULL);
}

static void forward_relu(Node *y) {
    forward_with(y, y->saved);
}

/* forward was: y += w x */
static void backward_data(Node *y, const ConvDims *d, const real *dy, real *workspace) {
    Node *x = y->in[0];
    const Conv2d *p = y->params;
    const size_t size = padded_size(y);
    const bool blank = node_blank(x);
    if (is_dilated(y)) {
        if (blank) memset(x->grad, 0, shape_size(x->shape) * sizeof(real));
        dilated_backward_data(y, dy, workspace);
        return;
    }
    grouped_backward_data(d, groups_of(y), dy, y->in[1]->value,
                          size ? workspace : x->grad, !blank && size == 0,
                          workspace + size);
    if (size && blank) memset(x->grad, 0, shape_size(x->shape) * sizeof(real));
    if (size) border_fold(p->mode, x->shape, p->pad, workspace, x->grad);
}

static void backward_from(Node *y, const real *dy, real *workspace) {
    const ConvDims d = dims_of(y);
    if (y->in[0]->grad) backward_data(y, &d, dy, workspace);
    if (y->in[1]->grad && is_dilated(y))
        dilated_backward_weight(y, dy, workspace);
    else if (y->in[1]->grad)
        grouped_backward_weight(&d, groups_of(y), padded_image(y, workspace), dy,
                                y->in[1]->grad, workspace + padded_size(y));
    if (y->inputs == 3 && y->in[2]->grad)
        channel_sum(d.n, d.o, (size_t)d.oh * (size_t)d.ow, dy, y->in[2]->grad);
}

static void backward(Node *y) {
    backward_from(y, y->grad, workspace_of(y, 0, NULL));
}

static void shape_relu(Node *y) {
    shape(y);
    node_save(
        y, relu_signs_size((ptrdiff_t)y->shape.n * y->shape.c, y->shape.h, y->shape.w));
}

/* On a planned tape dy is not read again, so the result overwrites it. */
static void backward_relu(Node *y) {
    const Shape s = y->shape;
    const bool own = !tape_planned(y->tape);
    real *rest;
    real *workspace = workspace_of(y, own ? shape_size(s) * sizeof(real) : 0, &rest);
    real *masked = own ? rest : y->grad;
    relu_signs_backward((ptrdiff_t)s.n * s.c, s.h, s.w, y->saved, y->grad, masked);
    backward_from(y, masked, workspace);
}

static double work(const Node *y) {
    const Shape w = y->in[1]->shape;
    return (double)shape_size(y->shape) * w.c * w.h * w.w;
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 3, 6, 7});
    Node *w = tape_example_variable(tape, (Shape){4, 3, 3, 2});
    Node *b = tape_example_variable(tape, (Shape){1, 4, 1, 1});
    Node *y = ag_conv2d(x, w, b, (Conv2d){.stride = 2, .pad = 1});
    w = tape_example_variable(tape, (Shape){6, 2, 2, 2});
    y = ag_conv2d(y, w, NULL, (Conv2d){.pad = 1, .groups = 2, .dilation = 2});
    w = tape_example_variable(tape, (Shape){2, 6, 3, 3});
    return ag_conv2d(y, w, NULL, (Conv2d){.pad = 2, .mode = PAD_REFLECT});
}

static int piece(const Node *y, size_t i) {
    return y->value[i] > 0;
}

static Node *example_relu(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 2, 5, 7});
    Node *w = tape_example_variable(tape, (Shape){3, 2, 3, 3});
    Node *b = tape_example_variable(tape, (Shape){1, 3, 1, 1});
    return ag_conv2d_relu(x, w, b, (Conv2d){.pad = 1});
}

const Op op_conv2d = {
    .name = "conv2d",
    .math = "y = b + sum w x",
    .derivative = "dx = sum w dy, dw = sum x dy, db = sum dy",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_OTHERS,
             .work = work,
             .workspace = workspace_bytes,
             .fills = true},
    .example = example,
};

const Op op_conv2d_relu = {
    .name = "conv2d_relu",
    .math = "y = max(b + sum w x, 0)",
    .derivative = "d = dy where y > 0; dx = sum w d, dw = sum x d, db = sum d",
    .shape = shape_relu,
    .forward = forward_relu,
    .backward = backward_relu,
    .plan = {.reads = READS_OTHERS,
             .work = work,
             .workspace = workspace_bytes,
             .fills = true},
    .example = example_relu,
    .piece = piece,
};
