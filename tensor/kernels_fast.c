/* The table for speed: Winograd where it suits, kernels_gemm for all the rest. */
#include "tensor/fast_weight.h"
#include "tensor/kernels_gemm.h"
#include "tensor/winograd.h"

static size_t conv2d_scratch(const ConvDims *d) {
    const size_t wants[] = {gemm_conv2d_scratch(d), fast_weight_scratch(d),
                            winograd_suits(d) ? winograd_scratch(d) : 0};
    size_t most = wants[0];
    for (int i = 1; i < 3; i++)
        if (wants[i] > most) most = wants[i];
    return most;
}

static void conv2d_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                           real *y, void *scratch) {
    if (winograd_suits(d))
        winograd_forward(d, x, w, b, y, scratch);
    else
        gemm_conv2d_forward(d, x, w, b, y, scratch);
}

static void conv2d_backward_data(const ConvDims *d, const real *dy, const real *w,
                                 real *dx, bool add, void *scratch) {
    if (winograd_suits(d))
        winograd_backward_data(d, dy, w, dx, add, scratch);
    else
        gemm_conv2d_backward_data(d, dy, w, dx, add, scratch);
}

const Kernels kernels_fast = {
    .name = "fast",
    .gemm = gemm_product,
    .conv2d_scratch = conv2d_scratch,
    .conv2d_forward = conv2d_forward,
    .conv2d_backward_data = conv2d_backward_data,
    .conv2d_backward_weight = fast_weight,
    .gram_forward = gemm_gram_forward,
    .gram_backward = gemm_gram_backward,
    .max_pool_forward = fast_max_pool_forward,
    .max_pool_backward = fast_max_pool_backward,
    .avg_pool_forward = fast_avg_pool_forward,
    .avg_pool_backward = fast_avg_pool_backward,
};
