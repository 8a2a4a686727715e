/* The loops that take most of the time, as a table of functions.
 *
 * A kernel is a plain function over arrays: no tape, no nodes. `Kernels` is the contract;
 * every file of kernels fills one table:
 *
 *     kernels_ref    the textbook: triple loop product, seven-loop convolution
 *     kernels_gemm   the same sums in a cache-friendly order: im2col and a blocked gemm
 *     kernels_fast   fused multiply-adds (fast/gemm.h), Winograd for 3x3 convolutions
 *                    (fast/winograd.h), and sums of shifted lines for images with few
 *                    channels (fast/narrow.h)
 *
 * `kernels` is the table in use, and a program may switch at any time:
 *
 *     kernels = &kernels_ref;
 *
 * The first two add the same products in the same order, so both give the same bits on
 * every machine. kernels_fast does not: its sums are cut into parts and rounded less
 * often, Winograd's are other sums altogether. It keeps to error bounds, which those
 * headers state and tests measure; its last bits depend on the processor's vector
 * instructions. Pooling has the same bits in all three, and in every table the number of
 * threads does not change a bit.
 *
 * Letters as in the lessons: x input, w weight, b bias, y output; dx is the gradient of
 * the loss with respect to x. `backward` kernels ADD to dx, dw, db; those that also take
 * `add` write every element of dx instead when it is false, as if dx had been zero. */
#ifndef TENSOR_KERNELS_KERNELS_H
#define TENSOR_KERNELS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tensor/tensor.h"

/* Sizes of one 2-d convolution with zero padding:
 *     x (n, c, h, w)   weight (o, c, kh, kw)   b (o)   y (n, o, oh, ow)
 *     oh = (h + 2 pad - kh) / stride + 1,  ow likewise, rounded down.
 *
 * With mirror = m > 0, which only kernels with conv2d_mirrors take, x and dx are stored as
 * (n, c, h - 2 m, w - 2 m), and the border of m pixels around them is their mirror image:
 *
 *     m = 2:   3 2 [1 2 3 4] 3 2       h - 2 m > m, and for w likewise */
typedef struct ConvDims {
    int n, c, h, w;
    int o, kh, kw;
    int stride, pad;
    int oh, ow;
    int mirror; /* rows and columns at each side of x that are not stored: see below */
} ConvDims;

/* Sizes of one pooling: windows of kernel x kernel, every `stride`, zero or more padding
 * positions around, which are ignored by maxima and averages. Windows may reach beyond
 * the right and bottom edge, but each must overlap the image; kernel <= 16, so that a
 * position in the window fits into a byte. */
typedef struct PoolDims {
    int n, c, h, w;
    int kernel, stride, pad;
    int oh, ow;
} PoolDims;

/* The product C = op(A) op(B), or C += op(A) op(B) when `accumulate`, where op(A) is
 * m x k, op(B) is k x n, C is m x n and lda, ldb, ldc are the row lengths as stored.
 * Sums run over k from 0 up, starting from C (or 0), but for kernels_fast. */
typedef struct GemmDims {
    bool transpose_a, transpose_b, accumulate;
    int m, n, k;
    int lda, ldb, ldc;
} GemmDims;

typedef struct Kernels {
    const char *name;

    void (*gemm)(const GemmDims *d, const real *a, const real *b, real *c);

    /* Whether the convolution kernels below take these sizes with a mirror; NULL: never. */
    bool (*conv2d_mirrors)(const ConvDims *d);

    /* Bytes of workspace that the convolution kernels below require for these sizes and
     * the number of threads now set; 0 if they require none. */
    size_t (*conv2d_workspace)(const ConvDims *d);

    /* y[n,o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] x[n,c, i s + u - p, j s + v - p],
     * with x = 0 outside; b may be NULL (zero). The sum runs in the order c, u, v. */
    void (*conv2d_forward)(const ConvDims *d, const real *x, const real *w, const real *b,
                           real *y, void *workspace);

    /* The same, and then y = max(y, 0), whose signs are kept for the backward pass:
     * see relu_signs.h, for n o planes (oh, ow). */
    void (*conv2d_relu_forward)(const ConvDims *d, const real *x, const real *w,
                                const real *b, real *y, uint8_t *signs, void *workspace);

    /* dx[n,c,i',j'] += sum over o,u,v of w[o,c,u,v] dy[n,o,i,j], i s + u - p = i', and
     * likewise for j. */
    void (*conv2d_backward_data)(const ConvDims *d, const real *dy, const real *w,
                                 real *dx, bool add, void *workspace);

    /* dw[o,c,u,v] += sum over n,i,j of dy[n,o,i,j] x[n,c, i s + u - p, j s + v - p]. */
    void (*conv2d_backward_weight)(const ConvDims *d, const real *x, const real *dy,
                                   real *dw, void *workspace);

    /* G = F F^T / divisor for each of n images: F is (c, m) with m = h w, G is (c, c). */
    void (*gram_forward)(int n, int c, size_t m, double divisor, const real *f, real *g);

    /* df = (dG + dG^T) F / divisor, or with `add` df += that. */
    void (*gram_backward)(int n, int c, size_t m, double divisor, const real *f,
                          const real *dg, real *df, bool add);

    /* y = largest x of each window; `winner` gets its position in the window,
     * u kernel + v, the first one if several are equal. NaN is larger than every
     * number. */
    void (*max_pool_forward)(const PoolDims *d, const real *x, real *y, uint8_t *winner);
    void (*max_pool_backward)(const PoolDims *d, const real *dy, const uint8_t *winner,
                              real *dx, bool add);

    /* y = mean over the positions of each window that are inside x. */
    void (*avg_pool_forward)(const PoolDims *d, const real *x, real *y);
    void (*avg_pool_backward)(const PoolDims *d, const real *dy, real *dx, bool add);
} Kernels;

extern const Kernels kernels_ref, kernels_gemm, kernels_fast;

/* The table in use; kernels_fast by default. */
extern const Kernels *kernels;

/* The table of that name, or NULL; and the names, i from 0, NULL after the last. */
const Kernels *kernels_find(const char *name);
const char *kernels_known(int i);

#endif
