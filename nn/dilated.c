#include "nn/dilated.h"

#include <string.h>

#include "nn/grouped.h"
#include "nn/lattice.h"

/* One lattice of x, the lattice of y that is computed from it, and the convolution of the
 * two. */
typedef struct Phase {
    Lattice in, out;
    ConvDims d;
    int groups;
} Phase;

static int common_divisor(int a, int b) {
    return b == 0 ? a : common_divisor(b, a % b);
}

static int stride_of(const Node *y) {
    const Conv2d *p = y->params;
    return p->stride ? p->stride : 1;
}

/* The distance between outputs of one lattice. */
static int distance_of(const Node *y) {
    const Conv2d *p = y->params;
    return p->dilation / common_divisor(stride_of(y), p->dilation);
}

/* Lattices along one side of y; when y is small, some have no outputs. */
static int count_of(int side, int distance) {
    return side < distance ? side : distance;
}

static int phases_of(const Node *y) {
    const int distance = distance_of(y);
    return count_of(y->shape.h, distance) * count_of(y->shape.w, distance);
}

/* How many of the positions first, first + step, ... are below `end`. */
static int steps(int first, int step, int end) {
    return (end - 1 - first) / step + 1;
}

static Phase phase_of(const Node *y, int number) {
    const Conv2d *p = y->params;
    const Shape x = y->in[0]->shape, w = y->in[1]->shape, s = y->shape;
    const int stride = stride_of(y), distance = distance_of(y);
    const int across = count_of(s.w, distance);
    const int top = number / across, left = number % across;
    Phase f = {.groups = p->groups ? p->groups : 1};
    f.in = (Lattice){.mode = p->mode,
                     .h = x.h,
                     .w = x.w,
                     .top = top * stride - p->pad,
                     .left = left * stride - p->pad,
                     .step = p->dilation};
    f.in.rows = steps(f.in.top, f.in.step, x.h + p->pad);
    f.in.columns = steps(f.in.left, f.in.step, x.w + p->pad);
    f.out = (Lattice){.h = s.h,
                      .w = s.w,
                      .top = top,
                      .left = left,
                      .step = distance,
                      .rows = steps(top, distance, s.h),
                      .columns = steps(left, distance, s.w)};
    f.d = (ConvDims){.n = x.n,
                     .c = x.c,
                     .h = f.in.rows,
                     .w = f.in.columns,
                     .o = w.n,
                     .kh = w.h,
                     .kw = w.w,
                     .stride = stride * distance / p->dilation,
                     .oh = f.out.rows,
                     .ow = f.out.columns};
    return f;
}

static int in_planes(const Phase *f) {
    return f->d.n * f->d.c;
}

static int out_planes(const Phase *f) {
    return f->d.n * f->d.o;
}

/* The workspace: the lattice of x (or dx), that of y (or dy), and what the kernels need.
 * The first phase has the largest lattices. */
static size_t in_size(const Node *y) {
    const Phase f = phase_of(y, 0);
    return lattice_size(&f.in, in_planes(&f));
}

static size_t out_size(const Node *y) {
    const Phase f = phase_of(y, 0);
    return lattice_size(&f.out, out_planes(&f));
}

size_t dilated_workspace(const Node *y) {
    size_t most = 0;
    for (int i = 0; i < phases_of(y); i++) {
        const Phase f = phase_of(y, i);
        const size_t bytes = grouped_workspace(&f.d, f.groups);
        if (bytes > most) most = bytes;
    }
    return (in_size(y) + out_size(y)) * sizeof(real) + most;
}

void dilated_forward(Node *y, real *workspace) {
    real *in = workspace, *out = in + in_size(y), *rest = out + out_size(y);
    const real *bias = y->inputs == 3 ? y->in[2]->value : NULL;
    memset(y->value, 0, shape_size(y->shape) * sizeof(real));
    for (int i = 0; i < phases_of(y); i++) {
        const Phase f = phase_of(y, i);
        lattice_take(&f.in, in_planes(&f), y->in[0]->value, in);
        grouped_forward(&f.d, f.groups, in, y->in[1]->value, bias, out, NULL, rest);
        lattice_add(&f.out, out_planes(&f), out, y->value);
    }
}

/* forward was: y on its lattice = convolution of x on its lattice */
void dilated_backward_data(Node *y, const real *dy, real *workspace) {
    real *in = workspace, *out = in + in_size(y), *rest = out + out_size(y);
    for (int i = 0; i < phases_of(y); i++) {
        const Phase f = phase_of(y, i);
        lattice_take(&f.out, out_planes(&f), dy, out);
        grouped_backward_data(&f.d, f.groups, out, y->in[1]->value, in, false, rest);
        lattice_add(&f.in, in_planes(&f), in, y->in[0]->grad);
    }
}

void dilated_backward_weight(Node *y, const real *dy, real *workspace) {
    real *in = workspace, *out = in + in_size(y), *rest = out + out_size(y);
    for (int i = 0; i < phases_of(y); i++) {
        const Phase f = phase_of(y, i);
        lattice_take(&f.in, in_planes(&f), y->in[0]->value, in);
        lattice_take(&f.out, out_planes(&f), dy, out);
        grouped_backward_weight(&f.d, f.groups, in, out, y->in[1]->grad, rest);
    }
}
