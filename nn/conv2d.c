/* y[n,o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] x[n,c, i s + u - p, j s + v - p]
 * dx, dw, db: the formulas are in tensor/kernels/kernels.h.
 *
 * Which loops compute it, with borders, groups of channels and dilation: convolve.h.
 *
 * conv2d_relu also applies a ReLU to y while y is still in the cache. Its backward first
 * multiplies dy by the ReLU's bits. */
#include "autograd/tape_plan.h"
#include "nn/convolve.h"
#include "nn/ops.h"
#include "tensor/check.h"
#include "tensor/kernels/relu_signs.h"

static void shape(Node *y) {
    const Conv2d *p = y->params;
    Shape x = y->in[0]->shape, w = y->in[1]->shape;
    const int groups = p->groups ? p->groups : 1;
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
    CHECK(x.h + 2 * p->pad >= convolve_reach(y, w.h) &&
              x.w + 2 * p->pad >= convolve_reach(y, w.w),
          "conv2d: kernel is larger than input with pad %d: %s against %s", p->pad,
          SHAPE(w), SHAPE(x));
    if (y->inputs == 3)
        CHECK(shape_equal(y->in[2]->shape, (Shape){1, w.n, 1, 1}),
              "conv2d: bias %s against weight %s", SHAPE(y->in[2]->shape), SHAPE(w));
    const ConvDims d = convolve_dims(y);
    y->shape = (Shape){x.n, w.n, d.oh, d.ow};
}

/* `more` bytes follow at *rest. */
static real *workspace_of(Node *y, size_t more, real **rest) {
    const size_t line = 64, first = (convolve_workspace(y) + line - 1) / line * line;
    real *workspace = tape_workspace(y->tape, first + more);
    if (rest) *rest = workspace + first / sizeof(real);
    return workspace;
}

static void forward(Node *y) {
    convolve_forward(y, NULL, workspace_of(y, 0, NULL));
}

static void forward_relu(Node *y) {
    convolve_forward(y, y->saved, workspace_of(y, 0, NULL));
}

/* forward was: y = b + sum w x */
static void backward(Node *y) {
    convolve_backward(y, y->grad, workspace_of(y, 0, NULL));
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
    convolve_backward(y, masked, workspace);
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
             .workspace = convolve_workspace,
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
             .workspace = convolve_workspace,
             .fills = true},
    .example = example_relu,
    .piece = piece,
};
