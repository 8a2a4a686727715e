#include "nn/convolve.h"

#include <string.h>

#include "nn/border.h"
#include "nn/depthwise.h"
#include "nn/dilated.h"
#include "nn/grouped.h"
#include "nn/ops.h"
#include "tensor/kernels/channel_sum.h"
#include "tensor/kernels/relu_signs.h"

static int groups_of(const Node *y) {
    const Conv2d *p = y->params;
    return p->groups ? p->groups : 1;
}

static int dilation_of(const Node *y) {
    const Conv2d *p = y->params;
    return p->dilation ? p->dilation : 1;
}

int convolve_reach(const Node *y, int window) {
    return (window - 1) * dilation_of(y) + 1;
}

/* Which loops compute it. */
typedef enum Way { GROUPED, DEPTHWISE, DILATED } Way;

static Way way_of(const Node *y) {
    if (groups_of(y) > 1 && y->in[1]->shape.c == 1) return DEPTHWISE;
    return dilation_of(y) > 1 ? DILATED : GROUPED;
}

/* Whether the kernels read x without a copy that has the border. */
static bool mirrors(const Node *y, const ConvDims *d) {
    const Conv2d *p = y->params;
    return p->mode == PAD_REFLECT && groups_of(y) == 1 && way_of(y) == GROUPED &&
           kernels->conv2d_mirrors && kernels->conv2d_mirrors(d);
}

ConvDims convolve_dims(const Node *y) {
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
    d.oh = (d.h + 2 * d.pad - convolve_reach(y, d.kh)) / d.stride + 1;
    d.ow = (d.w + 2 * d.pad - convolve_reach(y, d.kw)) / d.stride + 1;
    if (mirrors(y, &d)) d.mirror = border;
    return d;
}

/* Elements of the padded image; 0 when x is used without a copy. */
static size_t padded_size(const Node *y) {
    const Conv2d *p = y->params;
    const ConvDims d = convolve_dims(y);
    const bool copy = p->mode != PAD_ZERO && p->pad > 0 && !d.mirror;
    return copy ? shape_size((Shape){d.n, d.c, d.h, d.w}) : 0;
}

/* First the padded image, then what the kernels need. */
size_t convolve_workspace(const Node *y) {
    const ConvDims d = convolve_dims(y);
    const size_t image = padded_size(y) * sizeof(real);
    switch (way_of(y)) {
    case DEPTHWISE:
        return image;
    case DILATED:
        return dilated_workspace(y);
    default:
        return image + grouped_workspace(&d, groups_of(y));
    }
}

/* The image that the kernels read: x, or the padded copy. */
static const real *padded_image(const Node *y, real *workspace) {
    const Node *x = y->in[0];
    const Conv2d *p = y->params;
    if (!padded_size(y)) return x->value;
    border_pad(p->mode, x->shape, p->pad, x->value, workspace);
    return workspace;
}

static const real *bias_of(const Node *y) {
    return y->inputs == 3 ? y->in[2]->value : NULL;
}

void convolve_forward(Node *y, uint8_t *signs, real *workspace) {
    const ConvDims d = convolve_dims(y);
    const Way way = way_of(y);
    const real *w = y->in[1]->value, *b = bias_of(y);
    if (way == GROUPED)
        grouped_forward(&d, groups_of(y), padded_image(y, workspace), w, b, y->value,
                        signs, workspace + padded_size(y));
    if (way == DEPTHWISE)
        depthwise_forward(&d, dilation_of(y), padded_image(y, workspace), w, b, y->value);
    if (way == DILATED) dilated_forward(y, workspace);
    if (way != GROUPED && signs)
        relu_signs_forward((ptrdiff_t)d.n * d.o, d.oh, d.ow, y->value, y->value, signs);
}

static size_t bytes_of(const Node *x) {
    return shape_size(x->shape) * sizeof(real);
}

/* dx of the image that the kernels read; `add`: to what is there. */
static void backward_image(Node *y, const ConvDims *d, const real *dy, real *dx, bool add,
                           real *workspace) {
    const real *w = y->in[1]->value;
    if (way_of(y) == DEPTHWISE)
        depthwise_backward_data(d, dilation_of(y), dy, w, dx, add);
    else
        grouped_backward_data(d, groups_of(y), dy, w, dx, add, workspace);
}

/* forward was: y += w x */
static void backward_data(Node *y, const ConvDims *d, const real *dy, real *workspace) {
    Node *x = y->in[0];
    const Conv2d *p = y->params;
    const size_t size = padded_size(y);
    const bool blank = node_blank(x), dilated = way_of(y) == DILATED;
    if (blank && dilated) memset(x->grad, 0, bytes_of(x));
    if (dilated) {
        dilated_backward_data(y, dy, workspace);
    } else if (size) {
        backward_image(y, d, dy, workspace, false, workspace + size);
        border_fold(p->mode, x->shape, p->pad, workspace, x->grad, blank);
    } else {
        backward_image(y, d, dy, x->grad, !blank, workspace);
    }
}

static void backward_weight(Node *y, const ConvDims *d, const real *dy, real *workspace) {
    real *dw = y->in[1]->grad;
    switch (way_of(y)) {
    case DEPTHWISE:
        depthwise_backward_weight(d, dilation_of(y), padded_image(y, workspace), dy, dw);
        break;
    case DILATED:
        dilated_backward_weight(y, dy, workspace);
        break;
    default:
        grouped_backward_weight(d, groups_of(y), padded_image(y, workspace), dy, dw,
                                workspace + padded_size(y));
    }
}

void convolve_backward(Node *y, const real *dy, real *workspace) {
    const ConvDims d = convolve_dims(y);
    if (y->in[0]->grad) backward_data(y, &d, dy, workspace);
    if (y->in[1]->grad) backward_weight(y, &d, dy, workspace);
    if (y->inputs == 3 && y->in[2]->grad)
        channel_sum(d.n, d.o, (size_t)d.oh * (size_t)d.ow, dy, y->in[2]->grad);
}
