/* The table for speed: Winograd where it suits, also for large windows with few channels
 * on one side; sums of shifted lines where the input or the output has few channels;
 * products of fused multiply-adds for the rest. */
#include "tensor/kernels/fast/fast.h"

#include "tensor/kernels/columns.h"
#include "tensor/kernels/fast/few.h"
#include "tensor/kernels/fast/gemm.h"
#include "tensor/kernels/fast/large.h"
#include "tensor/kernels/fast/narrow.h"
#include "tensor/kernels/fast/weight.h"
#include "tensor/kernels/fast/winograd.h"
#include "tensor/kernels/gemm/gemm.h"
#include "tensor/kernels/relu_signs.h"

void fast_product(const GemmDims *d, const real *a, const real *b, real *c) {
    const Product p = product_of(d, a, b, c);
    fast_gemm(&p);
}

static size_t conv2d_workspace(const ConvDims *d) {
    const size_t needs[] = {(size_t)columns_forward_size(d) * sizeof(real),
                            scatter_workspace(d),
                            fast_weight_workspace(d),
                            winograd_suits(d) ? winograd_workspace(d) : 0,
                            large_suits(d) ? large_workspace(d) : 0,
                            large_few_suits(d) ? large_few_workspace(d) : 0,
                            narrow_suits_forward(d) ? narrow_forward_workspace(d) : 0,
                            narrow_suits_backward(d) ? narrow_backward_workspace(d) : 0,
                            few_suits(d) ? few_workspace(d) : 0};
    size_t most = 0;
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (needs[i] > most) most = needs[i];
    return most;
}

static void conv2d_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                           real *y, void *workspace) {
    if (winograd_suits(d))
        winograd_forward(d, x, w, b, y, NULL, workspace);
    else if (large_suits(d))
        large_forward(d, x, w, b, y, NULL, workspace);
    else if (narrow_suits_forward(d))
        narrow_forward(d, x, w, b, y, NULL, workspace);
    else if (large_few_suits(d))
        large_few_forward(d, x, w, b, y, workspace);
    else if (few_suits(d))
        few_forward(d, x, w, b, y, workspace);
    else if (conv1x1_suits(d))
        conv1x1_forward(d, x, w, b, y);
    else
        columns_forward(d, x, w, b, y, workspace, fast_gemm_block);
}

static void conv2d_relu_forward(const ConvDims *d, const real *x, const real *w,
                                const real *b, real *y, uint8_t *signs, void *workspace) {
    if (winograd_suits(d)) {
        winograd_forward(d, x, w, b, y, signs, workspace);
    } else if (large_suits(d)) {
        large_forward(d, x, w, b, y, signs, workspace);
    } else if (narrow_suits_forward(d)) {
        narrow_forward(d, x, w, b, y, signs, workspace);
    } else {
        conv2d_forward(d, x, w, b, y, workspace);
        relu_signs_forward((ptrdiff_t)d->n * d->o, d->oh, d->ow, y, y, signs);
    }
}

static void conv2d_backward_data(const ConvDims *d, const real *dy, const real *w,
                                 real *dx, bool add, void *workspace) {
    if (winograd_suits(d))
        winograd_backward_data(d, dy, w, dx, add, workspace);
    else if (narrow_suits(d))
        narrow_backward_data(d, dy, w, dx, add, workspace);
    else if (large_few_suits(d))
        large_few_backward_data(d, dy, w, dx, add, workspace);
    else if (few_suits(d))
        few_backward_data(d, dy, w, dx, add, workspace);
    else if (conv1x1_suits(d))
        conv1x1_backward_data(d, dy, w, dx, add);
    else if (narrow_suits_backward(d))
        narrow_backward_data(d, dy, w, dx, add, workspace);
    else
        scatter_backward_data(d, dy, w, dx, add, workspace);
}

static void conv2d_backward_weight(const ConvDims *d, const real *x, const real *dy,
                                   real *dw, void *workspace) {
    if (few_suits(d))
        few_backward_weight(d, x, dy, dw, workspace);
    else
        fast_weight(d, x, dy, dw, workspace);
}

const Kernels kernels_fast = {
    .name = "fast",
    .gemm = fast_product,
    .conv2d_mirrors = winograd_suits,
    .conv2d_workspace = conv2d_workspace,
    .conv2d_forward = conv2d_forward,
    .conv2d_relu_forward = conv2d_relu_forward,
    .conv2d_backward_data = conv2d_backward_data,
    .conv2d_backward_weight = conv2d_backward_weight,
    .gram_forward = fast_gram_forward,
    .gram_backward = fast_gram_backward,
    .max_pool_forward = gemm_max_pool_forward,
    .max_pool_backward = gemm_max_pool_backward,
    .avg_pool_forward = gemm_avg_pool_forward,
    .avg_pool_backward = gemm_avg_pool_backward,
};
