#include "nn/pool.h"

#include "nn/ops.h"
#include "tensor/check.h"

static int stride_of(const Pool2d *p) {
    return p->stride ? p->stride : p->kernel;
}

/* The number of windows along a side, 0 when none fits. As in PyTorch, a last window
 * from rounding up is left out if it begins outside the image. */
static int windows(int side, const Pool2d *p) {
    int stride = stride_of(p), room = side + 2 * p->pad - p->kernel;
    if (p->ceil_mode) room += stride - 1;
    if (room < 0) return 0;
    int count = room / stride + 1;
    bool beyond = (count - 1) * stride >= side + p->pad;
    return beyond ? count - 1 : count;
}

void pool_shape(Node *y) {
    const Pool2d *p = y->params;
    const char *name = y->op->name;
    Shape x = y->in[0]->shape;
    CHECK(p->kernel >= 1 && p->kernel <= 16, "%s: kernel %d, not 1 to 16", name,
          p->kernel);
    CHECK(p->stride >= 0, "%s: stride %d", name, p->stride);
    CHECK(p->pad >= 0 && p->pad <= p->kernel / 2,
          "%s: pad %d is more than half of kernel %d", name, p->pad, p->kernel);
    y->shape = (Shape){x.n, x.c, windows(x.h, p), windows(x.w, p)};
    CHECK(y->shape.h > 0 && y->shape.w > 0, "%s: kernel %d does not fit into %s, pad %d",
          name, p->kernel, SHAPE(x), p->pad);
}

PoolDims pool_dims(const Node *y) {
    const Pool2d *p = y->params;
    Shape x = y->in[0]->shape;
    return (PoolDims){x.n,          x.c,    x.h,        x.w,       p->kernel,
                      stride_of(p), p->pad, y->shape.h, y->shape.w};
}
