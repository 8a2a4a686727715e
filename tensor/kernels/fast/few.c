#include "tensor/kernels/fast/few.h"

#include <string.h>

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/fast/narrow.h"
#include "tensor/kernels/fast/narrow_lines.h"
#include "tensor/kernels/fast/weight.h"
#include "tensor/kernels/simd/fma.h"

bool few_suits(const ConvDims *d) {
    return d->o <= NARROW_CHANNELS && d->c > NARROW_CHANNELS && d->kh == d->kw &&
           d->kh > 1 && d->kh <= NARROW_WINDOW && d->stride == 1 && d->pad < d->kh;
}

ConvDims few_adjoint(const ConvDims *d) {
    return (ConvDims){.n = d->n,
                      .c = d->o,
                      .h = d->oh,
                      .w = d->ow,
                      .o = d->c,
                      .kh = d->kh,
                      .kw = d->kw,
                      .stride = 1,
                      .pad = d->kh - 1 - d->pad,
                      .oh = d->h,
                      .ow = d->w};
}

/* Elements of w', and what follows it begins at whole vectors. */
static ptrdiff_t weights_size(const ConvDims *d) {
    return ceil_to((ptrdiff_t)d->o * d->c * d->kh * d->kw, FMA_MAX_LANES);
}

size_t few_workspace(const ConvDims *d) {
    const ConvDims t = few_adjoint(d);
    const size_t narrow = narrow_workspace(&t), weight = fast_weight_workspace(&t);
    return (size_t)weights_size(d) * sizeof(real) + (narrow > weight ? narrow : weight);
}

/* w'[c,o,u,v] = w[o,c, kh-1-u, kw-1-v]: each window backwards. */
static void turn(const ConvDims *d, const real *w, real *turned) {
    const ptrdiff_t window = (ptrdiff_t)d->kh * d->kw;
    for (ptrdiff_t c = 0; c < d->c; c++)
        for (ptrdiff_t o = 0; o < d->o; o++, turned += window) {
            const real *last = w + (o * d->c + c + 1) * window - 1;
            for (ptrdiff_t k = 0; k < window; k++)
                turned[k] = last[-k];
        }
}

static void fill_bias(const ConvDims *d, const real *b, real *y) {
    const ptrdiff_t plane = (ptrdiff_t)d->oh * d->ow;
    for (ptrdiff_t p = 0; p < (ptrdiff_t)d->n * d->o; p++, y += plane)
        for (ptrdiff_t i = 0; i < plane; i++)
            y[i] = b[p % d->o];
}

void few_forward(const ConvDims *d, const real *x, const real *w, const real *b, real *y,
                 void *workspace) {
    const ConvDims t = few_adjoint(d);
    real *turned = workspace;
    turn(d, w, turned);
    if (b) fill_bias(d, b, y);
    narrow_backward_data(&t, x, turned, y, b != NULL, turned + weights_size(d));
}

void few_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                       bool add, void *workspace) {
    const ConvDims t = few_adjoint(d);
    real *turned = workspace;
    turn(d, w, turned);
    narrow_forward_data(&t, dy, turned, dx, add, turned + weights_size(d));
}

void few_backward_weight(const ConvDims *d, const real *x, const real *dy, real *dw,
                         void *workspace) {
    const ConvDims t = few_adjoint(d);
    const ptrdiff_t window = (ptrdiff_t)d->kh * d->kw;
    real *turned = workspace;
    memset(turned, 0, (size_t)weights_size(d) * sizeof(real));
    fast_weight(&t, dy, x, turned, turned + weights_size(d));
    for (ptrdiff_t c = 0; c < d->c; c++)
        for (ptrdiff_t o = 0; o < d->o; o++, turned += window) {
            real *last = dw + (o * d->c + c + 1) * window - 1;
            for (ptrdiff_t k = 0; k < window; k++)
                last[-k] += turned[k];
        }
}
