#include "tensor/kernels/ref/ref.h"

#include "tensor/kernels/relu_signs.h"

static size_t no_workspace(const ConvDims *d) {
    (void)d;
    return 0;
}

static void conv2d_relu_forward(const ConvDims *d, const real *x, const real *w,
                                const real *b, real *y, uint8_t *signs, void *workspace) {
    ref_conv2d_forward(d, x, w, b, y, workspace);
    relu_signs_forward((ptrdiff_t)d->n * d->o, d->oh, d->ow, y, y, signs);
}

const Kernels kernels_ref = {
    .name = "ref",
    .gemm = ref_gemm,
    .conv2d_workspace = no_workspace,
    .conv2d_forward = ref_conv2d_forward,
    .conv2d_relu_forward = conv2d_relu_forward,
    .conv2d_backward_data = ref_conv2d_backward_data,
    .conv2d_backward_weight = ref_conv2d_backward_weight,
    .gram_forward = ref_gram_forward,
    .gram_backward = ref_gram_backward,
    .max_pool_forward = ref_max_pool_forward,
    .max_pool_backward = ref_max_pool_backward,
    .avg_pool_forward = ref_avg_pool_forward,
    .avg_pool_backward = ref_avg_pool_backward,
};
