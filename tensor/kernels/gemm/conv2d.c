/* The convolutions of kernels_gemm: products with column matrices (columns.h), and
 *
 *     backward, weight   dw (o, c kh kw) += dy (o, oh ow) columns(x)^T
 *
 * The weights are cut into ranges of c kh kw, one task each, in which the sums run over
 * all positions in order. */
#include <string.h>

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/columns.h"
#include "tensor/kernels/gemm/block.h"
#include "tensor/kernels/gemm/gemm.h"
#include "tensor/threads.h"

#define MAX_RANGE 128 /* rows of columns(x): with GEMM_DEPTH positions, 128 KiB */

/* Weights of one output channel. */
static ptrdiff_t weights_of(const ConvDims *d) {
    return (ptrdiff_t)d->c * d->kh * d->kw;
}

static Ranges weight_ranges(const ConvDims *d) {
    return ranges_cut(weights_of(d), MAX_RANGE);
}

size_t gemm_conv2d_workspace(const ConvDims *d) {
    ptrdiff_t most = threads_count() * weight_ranges(d).width * GEMM_DEPTH;
    most = max_of(most, columns_forward_size(d));
    most = max_of(most, columns_backward_size(d));
    return (size_t)most * sizeof(real);
}

/* One block of the product: each sum starts from the bias or from C and runs over k in
 * order. */
static void multiply_in_order(const Product *p) {
    if (!p->add)
        for (ptrdiff_t i = 0; i < p->m; i++) {
            const real bias = p->bias ? p->bias[i] : 0;
            for (ptrdiff_t j = 0; j < p->n; j++)
                p->c[i * p->ldc + j] = bias;
        }
    gemm_block(p->m, p->n, p->k, p->a, p->b, p->c, p->ldc);
}

void gemm_conv2d_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                         real *y, void *workspace) {
    columns_forward(d, x, w, b, y, workspace, multiply_in_order);
}

void gemm_conv2d_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                               bool add, void *workspace) {
    columns_backward_data(d, dy, w, dx, add, workspace, multiply_in_order);
}

/* dw[all o, rows first .. first + count] += dy columns(x)^T over all images. */
static void weight_range(const ConvDims *d, const real *x, const real *dy, real *dw,
                         ptrdiff_t first, ptrdiff_t count, real *columns) {
    const ptrdiff_t rows = weights_of(d), positions = (ptrdiff_t)d->oh * d->ow;
    for (int n = 0; n < d->n; n++) {
        Unfold f = unfold_input(d, x, n);
        for (ptrdiff_t q = 0; q < positions; q += GEMM_DEPTH) {
            ptrdiff_t depth = min_of(GEMM_DEPTH, positions - q);
            for (ptrdiff_t k = 0; k < count; k++)
                unfold_row(&f, first + k, q, depth, columns + k * GEMM_DEPTH);
            Product p = {.m = d->o, .n = count, .k = depth, .ldc = rows, .add = true};
            p.a = (Operand){dy + n * d->o * positions + q, positions, 1};
            p.b = (Operand){columns, 1, GEMM_DEPTH};
            p.c = dw + first;
            multiply_in_order(&p);
        }
    }
}

void gemm_conv2d_backward_weight(const ConvDims *d, const real *x, const real *dy,
                                 real *dw, void *workspace) {
    const Ranges ranges = weight_ranges(d);
    const int threads =
        threads_for((double)d->n * d->o * d->oh * d->ow * (double)weights_of(d));
#pragma omp parallel num_threads(threads)
    {
        real *columns = (real *)workspace + thread_number() * ranges.width * GEMM_DEPTH;
        gemm_block_reserve();
#pragma omp for schedule(dynamic)
        for (ptrdiff_t range = 0; range < ranges.count; range++) {
            ptrdiff_t first = range * ranges.width;
            weight_range(d, x, dy, dw, first, min_of(ranges.width, ranges.size - first),
                         columns);
        }
    }
}
