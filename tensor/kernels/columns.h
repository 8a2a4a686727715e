/* Convolution as a product with a column matrix (im2col) that is never whole in memory.
 *
 *     forward          y  (o, oh ow)  = b + w (o, c kh kw) columns(x)
 *     backward, data   dx (c, h w)   += w' (c, o kh kw)    columns'(dy)
 *
 * The column matrix of a large image is kh kw times the image and would not stay in any
 * cache. It is made in bands: ranges of positions whose columns fill about a second-level
 * cache. A thread takes whole bands and has a part of the workspace to itself, so no
 * thread waits for another before the end. w' is w with its first two dimensions
 * exchanged.
 *
 * Both directions read an image through windows. Forward, position i reads image row
 * i s + u - p with kernel row u; backward, position i' reads row (i' + p - u) / s, where
 * that is an integer: columns' is the transposed reading. */
#ifndef TENSOR_KERNELS_COLUMNS_H
#define TENSOR_KERNELS_COLUMNS_H

#include "tensor/kernels/kernels.h"
#include "tensor/kernels/product.h"

typedef struct Unfold {
    const real *x; /* (c, h, w): x forward, dy backward */
    int h, w;
    int kh, kw;
    int width; /* positions in a row: ow forward, the width of dx backward */
    int stride, pad;
    bool transposed; /* backward */
} Unfold;

/* Forward, for image number n of x. */
Unfold unfold_input(const ConvDims *d, const real *x, int n);

/* Row k = (c kh + u) kw + v of the column matrix, positions first .. first + count:
 * the element of x that each of them reads, 0 outside. */
void unfold_row(const Unfold *f, ptrdiff_t k, ptrdiff_t first, ptrdiff_t count,
                real *row);

/* A size cut into `count` ranges of `width`, the last one may be smaller. */
typedef struct Ranges {
    ptrdiff_t size, width, count;
} Ranges;

/* Ranges of at most about `most`. Their number is a multiple of the number of threads, so
 * that no thread works alone on the last one. */
Ranges ranges_cut(ptrdiff_t size, ptrdiff_t most);

/* Elements of workspace, for the number of threads now set. */
ptrdiff_t columns_forward_size(const ConvDims *d);
ptrdiff_t columns_backward_size(const ConvDims *d);

/* Arguments as in kernels.h. `multiply` makes the product of one block. */
void columns_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                     real *y, void *workspace, MultiplyBlock multiply);
void columns_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                           bool add, void *workspace, MultiplyBlock multiply);

#endif
