#include "tensor/kernels/gemm/gemm.h"

#include <string.h>

#include "tensor/kernels/gemm/block.h"
#include "tensor/kernels/relu_signs.h"

void gemm_product(const GemmDims *d, const real *a, const real *b, real *c) {
    const Product p = product_of(d, a, b, c);
    if (!p.add)
        for (ptrdiff_t i = 0; i < p.m; i++)
            memset(c + i * p.ldc, 0, (size_t)p.n * sizeof(real));
    gemm_parallel(p.m, p.n, p.k, p.a, p.b, c, p.ldc);
}

static void conv2d_relu_forward(const ConvDims *d, const real *x, const real *w,
                                const real *b, real *y, uint8_t *signs, void *workspace) {
    gemm_conv2d_forward(d, x, w, b, y, workspace);
    relu_signs_forward((ptrdiff_t)d->n * d->o, d->oh, d->ow, y, y, signs);
}

const Kernels kernels_gemm = {
    .name = "gemm",
    .gemm = gemm_product,
    .conv2d_workspace = gemm_conv2d_workspace,
    .conv2d_forward = gemm_conv2d_forward,
    .conv2d_relu_forward = conv2d_relu_forward,
    .conv2d_backward_data = gemm_conv2d_backward_data,
    .conv2d_backward_weight = gemm_conv2d_backward_weight,
    .gram_forward = gemm_gram_forward,
    .gram_backward = gemm_gram_backward,
    .max_pool_forward = gemm_max_pool_forward,
    .max_pool_backward = gemm_max_pool_backward,
    .avg_pool_forward = gemm_avg_pool_forward,
    .avg_pool_backward = gemm_avg_pool_backward,
};
