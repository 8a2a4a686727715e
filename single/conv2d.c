/* y[n,o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] x[n, g C + c, i s + u e - p, j s + v e - p]
 *
 * s stride, p padding, e dilation; g is the group of output o, C the inputs of a group. A
 * position outside of x is 0, or that of the pixel it mirrors or repeats (PadMode).
 *
 *     dx[where x was read] += w[o,c,u,v] dy[n,o,i,j]
 *     dw[o,c,u,v]          += x[where it was read] dy[n,o,i,j]
 *     db[o]                += dy[n,o,i,j]
 *
 * As nn/conv2d.c, with one loop for each index in place of the fast kernels. The sums run
 * in the same order as in tensor/kernels/ref/conv2d.c. */
#include "nn/border.h"
#include "nn/ops.h"
#include "tensor/check.h"

/* The parameters with their defaults filled in, and the shapes. */
typedef struct Sizes {
    Shape x, w, y;
    int stride, pad, groups, dilation;
    PadMode mode;
} Sizes;

static Sizes sizes_of(const Node *y) {
    const Conv2d *p = y->params;
    return (Sizes){.x = y->in[0]->shape,
                   .w = y->in[1]->shape,
                   .y = y->shape,
                   .stride = p->stride ? p->stride : 1,
                   .pad = p->pad,
                   .groups = p->groups ? p->groups : 1,
                   .dilation = p->dilation ? p->dilation : 1,
                   .mode = p->mode};
}

/* Outputs along a side of x; 0 when the window does not fit. */
static int outputs(const Sizes *s, int side, int window) {
    const int room = side + 2 * s->pad - (window - 1) * s->dilation - 1;
    return room < 0 ? 0 : room / s->stride + 1;
}

static void shape(Node *y) {
    const Sizes s = sizes_of(y);
    const Shape x = s.x, w = s.w;
    CHECK(s.stride > 0 && s.pad >= 0 && s.groups > 0 && s.dilation > 0,
          "conv2d: stride %d, pad %d, %d groups, dilation %d", s.stride, s.pad, s.groups,
          s.dilation);
    CHECK(w.n % s.groups == 0 && (long long)w.c * s.groups == x.c,
          "conv2d: weight %s with %d groups does not fit %s", SHAPE(w), s.groups,
          SHAPE(x));
    CHECK(s.mode != PAD_REFLECT || s.pad == 0 || (s.pad < x.h && s.pad < x.w),
          "conv2d: %s is too small to be mirrored by %d pixels", SHAPE(x), s.pad);
    if (y->inputs == 3)
        CHECK(shape_equal(y->in[2]->shape, (Shape){1, w.n, 1, 1}),
              "conv2d: bias %s against weight %s", SHAPE(y->in[2]->shape), SHAPE(w));
    y->shape = (Shape){x.n, w.n, outputs(&s, x.h, w.h), outputs(&s, x.w, w.w)};
    CHECK(y->shape.h > 0 && y->shape.w > 0,
          "conv2d: kernel is larger than input with pad %d: %s against %s", s.pad,
          SHAPE(w), SHAPE(x));
}

/* Place of element (n, c, h, w) of a tensor of this shape. */
static ptrdiff_t place(Shape s, int n, int c, int h, int w) {
    return (((ptrdiff_t)n * s.c + c) * s.h + h) * s.w + w;
}

/* Place in x of what output (n, o, i, j) multiplies with weight (o, c, u, v); -1 where
 * there is a zero. */
static ptrdiff_t read_at(const Sizes *s, int n, int o, int i, int j, int c, int u,
                         int v) {
    const int group = o / (s->w.n / s->groups);
    const int h =
        border_source(s->mode, i * s->stride + u * s->dilation - s->pad, s->x.h);
    const int w =
        border_source(s->mode, j * s->stride + v * s->dilation - s->pad, s->x.w);
    return h < 0 || w < 0 ? -1 : place(s->x, n, group * s->w.c + c, h, w);
}

/* Output (n, o, i, j). */
static real output(const Node *y, const Sizes *s, int n, int o, int i, int j) {
    const real *x = y->in[0]->value, *w = y->in[1]->value;
    real sum = y->inputs == 3 ? y->in[2]->value[o] : 0;
    for (int c = 0; c < s->w.c; c++)
        for (int u = 0; u < s->w.h; u++)
            for (int v = 0; v < s->w.w; v++) {
                const ptrdiff_t at = read_at(s, n, o, i, j, c, u, v);
                sum += w[place(s->w, o, c, u, v)] * (at < 0 ? 0 : x[at]);
            }
    return sum;
}

static void forward(Node *y) {
    const Sizes s = sizes_of(y);
    for (int n = 0; n < s.y.n; n++)
        for (int o = 0; o < s.y.c; o++)
            for (int i = 0; i < s.y.h; i++)
                for (int j = 0; j < s.y.w; j++)
                    y->value[place(s.y, n, o, i, j)] = output(y, &s, n, o, i, j);
}

/* forward was: y += w x, for one weight (o, c, u, v) and all outputs that it met */
static void backward_weight(Node *y, const Sizes *s, int o, int c, int u, int v) {
    const ptrdiff_t weight = place(s->w, o, c, u, v);
    const real w = y->in[1]->value[weight], *x = y->in[0]->value;
    real *dx = y->in[0]->grad, *dw = y->in[1]->grad;
    for (int n = 0; n < s->y.n; n++)
        for (int i = 0; i < s->y.h; i++)
            for (int j = 0; j < s->y.w; j++) {
                const ptrdiff_t at = read_at(s, n, o, i, j, c, u, v);
                const real dy = y->grad[place(s->y, n, o, i, j)];
                if (at < 0) continue;
                if (dx) dx[at] += w * dy;
                if (dw) dw[weight] += x[at] * dy;
            }
}

/* forward was: y = b */
static void backward_bias(Node *y) {
    const Shape s = y->shape;
    real *db = y->in[2]->grad;
    for (int o = 0; o < s.c; o++) {
        double sum = 0;
        for (int n = 0; n < s.n; n++)
            for (int i = 0; i < s.h; i++)
                for (int j = 0; j < s.w; j++)
                    sum += (double)y->grad[place(s, n, o, i, j)];
        db[o] += (real)sum;
    }
}

static void backward(Node *y) {
    const Sizes s = sizes_of(y);
    for (int o = 0; o < s.w.n; o++)
        for (int c = 0; c < s.w.c; c++)
            for (int u = 0; u < s.w.h; u++)
                for (int v = 0; v < s.w.w; v++)
                    backward_weight(y, &s, o, c, u, v);
    if (y->inputs == 3 && y->in[2]->grad) backward_bias(y);
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

const Op op_conv2d = {
    .name = "conv2d",
    .math = "y = b + sum w x",
    .derivative = "dx = sum w dy, dw = sum x dy, db = sum dy",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .example = example,
};
