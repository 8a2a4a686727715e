/* A 1x1 convolution is a matrix product: an image (c, h w) is its own column matrix, so
 * no im2col is needed.
 *
 *     forward           y  (o, h w)  = b + w (o, c) x (c, h w)       for each image
 *     backward, data    dx (c, h w) += w^T (c, o) dy (o, h w) */
#include "tensor/kernels/fast/fast.h"
#include "tensor/kernels/fast/gemm.h"

bool conv1x1_suits(const ConvDims *d) {
    return d->kh == 1 && d->kw == 1 && d->stride == 1 && d->pad == 0;
}

void conv1x1_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                     real *y) {
    const ptrdiff_t size = (ptrdiff_t)d->h * d->w;
    fast_gemm_batch(&(Product){.m = d->o,
                               .n = size,
                               .k = d->c,
                               .a = {w, d->c, 1},
                               .b = {x, size, 1},
                               .c = y,
                               .ldc = size,
                               .bias = b},
                    d->n, 0, d->c * size, d->o * size);
}

void conv1x1_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                           bool add) {
    const ptrdiff_t size = (ptrdiff_t)d->h * d->w;
    fast_gemm_batch(&(Product){.m = d->c,
                               .n = size,
                               .k = d->o,
                               .a = {w, 1, d->c},
                               .b = {dy, size, 1},
                               .c = dx,
                               .ldc = size,
                               .add = add},
                    d->n, 0, d->o * size, d->c * size);
}
