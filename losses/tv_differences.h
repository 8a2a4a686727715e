/* The loops of a total variation sum_d f(d), over the differences d of neighbours to the
 * right and below: H - 1 rows of W and H rows of W - 1 in each channel. A file that
 * includes this defines
 *
 *     static double sum(size_t n, const real *a, const real *b)    sum of f(a_i - b_i)
 *     static real slope(real d)                                    f'(d); f'(0) = 0
 *
 * and names forward and backward in its Op: see tv_squares.c. A pixel is part of four
 * differences. Backward adds all four at once, so that pixels do not depend on each other
 * and can be computed in vectors. */
#ifndef LOSSES_TV_DIFFERENCES_H
#define LOSSES_TV_DIFFERENCES_H

#include "autograd/op_shapes.h"
#include "losses/ops.h"
#include "tensor/threads.h"

static double sum(size_t n, const real *a, const real *b);
static real slope(real d);

static void forward(Node *y) {
    Shape s = y->in[0]->shape;
    size_t w = (size_t)s.w, h = (size_t)s.h, planes = (size_t)s.n * (size_t)s.c;
    const real *x = y->in[0]->value;
    double total = 0;
    for (size_t p = 0; p < planes; p++)
        total += sum((h - 1) * w, x + p * h * w + w, x + p * h * w);
    for (size_t row = 0; row < planes * h; row++)
        total += sum(w - 1, x + row * w + 1, x + row * w);
    y->value[0] = (real)total;
}

/* d total / d x[0], with the distances to the four neighbours; 0 where there is none. */
static inline real pull(const real *x, ptrdiff_t up, ptrdiff_t down, ptrdiff_t left,
                        ptrdiff_t right) {
    return slope(x[0] - x[-up]) - slope(x[down] - x[0]) + slope(x[0] - x[-left]) -
           slope(x[right] - x[0]);
}

static void backward_row(const real *x, ptrdiff_t w, ptrdiff_t up, ptrdiff_t down,
                         real dy, real *dx) {
    const ptrdiff_t last = w - 1;
    dx[0] += pull(x, up, down, 0, last > 0) * dy;
#pragma omp simd
    for (ptrdiff_t j = 1; j < last; j++)
        dx[j] += pull(x + j, up, down, 1, 1) * dy;
    if (last > 0) dx[last] += pull(x + last, up, down, 1, 0) * dy;
}

/* forward was: y += f(below - x) + f(right - x) */
static void backward(Node *y) {
    Shape s = y->in[0]->shape;
    const ptrdiff_t w = s.w, h = s.h, rows = (ptrdiff_t)s.n * s.c * h;
    const real *x = y->in[0]->value;
    real *dx = y->in[0]->grad;
    if (!dx) return;
#pragma omp parallel for num_threads(threads_over(shape_size(s)))
    for (ptrdiff_t row = 0; row < rows; row++)
        backward_row(x + row * w, w, row % h > 0 ? w : 0, row % h < h - 1 ? w : 0,
                     y->grad[0], dx + row * w);
}

#endif
