/* The loops of a distance k sum f(a - b), element by element, in one pass and without an
 * intermediate tensor: a content layer of a large image is too large to store a
 * difference and its square as well. A file that includes this defines
 *
 *     Distance                                                     its parameters, with k
 *     STEEPNESS, static real slope(real d)                f'(d) = STEEPNESS slope(d)
 *     static double sum(size_t n, const real *a, const real *b)    sum of f(a_i - b_i)
 *
 * and names shape, forward and backward in its Op: see squared_distance.c. The formulas
 * are static, so the compiler puts them inside the loops. */
#ifndef LOSSES_DISTANCE_H
#define LOSSES_DISTANCE_H

#include "autograd/op_shapes.h"
#include "losses/ops.h"
#include "tensor/threads.h"

static double sum(size_t n, const real *a, const real *b);
static real slope(real d);

static void shape(Node *y) {
    shape_same(y);
    y->shape = SCALAR;
}

static void forward(Node *y) {
    const Distance *p = y->params;
    const real *a = y->in[0]->value, *b = y->in[1]->value;
    y->value[0] = (real)(p->factor * sum(shape_size(y->in[0]->shape), a, b));
}

/* forward was: y += k f(a - b) */
static void backward(Node *y) {
    const Distance *p = y->params;
    const real *a = y->in[0]->value, *b = y->in[1]->value;
    const real k = (real)(STEEPNESS * p->factor * (double)y->grad[0]);
    real *da = y->in[0]->grad, *db = y->in[1]->grad;
    size_t size = shape_size(y->in[0]->shape);
    if (da) {
        const bool blank = node_blank(y->in[0]);
#pragma omp parallel for simd num_threads(threads_over(size))
        for (size_t i = 0; i < size; i++)
            da[i] = (blank ? 0 : da[i]) + k * slope(a[i] - b[i]);
    }
    if (!db) return;
    for (size_t i = 0; i < size; i++)
        db[i] -= k * slope(a[i] - b[i]);
}

#endif
