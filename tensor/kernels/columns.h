/* Column matrices in bands: im2col for a range of positions only, because the whole
 * matrix of a large picture is nine times the picture and would not stay in any cache.
 *
 * Both convolutions read a picture through windows. Forward, position i meets picture row
 * i s + u - p in kernel row u; backward, position i' meets row (i' + p - u) / s, where
 * that is a whole number. The second is the transpose of the first. */
#ifndef TENSOR_KERNELS_COLUMNS_H
#define TENSOR_KERNELS_COLUMNS_H

#include "tensor/kernels/kernels.h"

typedef struct Unfold {
    const real *x; /* (c, h, w): x forward, dy backward */
    int h, w;
    int kh, kw;
    int width; /* positions in a row: ow forward, the width of dx backward */
    int stride, pad;
    bool transposed; /* backward */
} Unfold;

/* Row k = (c kh + u) kw + v of the column matrix, positions first .. first + count:
 * what each of them meets in x, 0 outside. */
void unfold_row(const Unfold *f, ptrdiff_t k, ptrdiff_t first, ptrdiff_t count,
                real *row);

#endif
