#include "tensor/kernels/gemm/gemm.h"

#include <string.h>

#include "tensor/kernels/gemm/block.h"
#include "tensor/kernels/relu_signs.h"

void gemm_product(const GemmDims *d, const real *a, const real *b, real *c) {
    Operand left = {a, d->transpose_a ? 1 : d->lda, d->transpose_a ? d->lda : 1};
    Operand right = {b, d->transpose_b ? 1 : d->ldb, d->transpose_b ? d->ldb : 1};
    for (ptrdiff_t i = 0; !d->accumulate && i < d->m; i++)
        memset(c + i * d->ldc, 0, (size_t)d->n * sizeof(real));
    gemm_parallel(d->m, d->n, d->k, left, right, c, d->ldc);
}

static void conv2d_relu_forward(const ConvDims *d, const real *x, const real *w,
                                const real *b, real *y, uint8_t *signs, void *scratch) {
    gemm_conv2d_forward(d, x, w, b, y, scratch);
    relu_signs_forward((ptrdiff_t)d->n * d->o, d->oh, d->ow, y, signs);
}

const Kernels kernels_gemm = {
    .name = "gemm",
    .gemm = gemm_product,
    .conv2d_scratch = gemm_conv2d_scratch,
    .conv2d_forward = gemm_conv2d_forward,
    .conv2d_relu_forward = conv2d_relu_forward,
    .conv2d_backward_data = gemm_conv2d_backward_data,
    .conv2d_backward_weight = gemm_conv2d_backward_weight,
    .gram_forward = gemm_gram_forward,
    .gram_backward = gemm_gram_backward,
    .max_pool_forward = fast_max_pool_forward,
    .max_pool_backward = fast_max_pool_backward,
    .avg_pool_forward = fast_avg_pool_forward,
    .avg_pool_backward = fast_avg_pool_backward,
};
