/* The two loops of every element-wise op, y_i = f(x_i), so that the file of the op has
 * only its formulas. A file that includes this defines
 *
 *     static real f(real x)            y = f(x)
 *     static real df(real x, real y)   dy / dx, from x or from y, whichever is shorter
 *
 * and names forward and backward in its Op: see exp.c. The formulas are static, so the
 * compiler inlines them. An op outside of this library may be compiled without OpenMP. */
#ifndef AUTOGRAD_ELEMENTWISE_H
#define AUTOGRAD_ELEMENTWISE_H

#include <tgmath.h>

#include "autograd/op_shapes.h"
#include "autograd/ops.h"
#include "tensor/threads.h"

/* y = f(x), of the file that includes this. */
static real f(real x);
/* dy / dx at x, where y = f(x). */
static real df(real x, real y);

/* y_i = f(x_i) for all elements; y has the shape of x. */
static void forward(Node *y) {
    const real *x = y->in[0]->value;
    size_t size = shape_size(y->shape);
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads_over(size))
#endif
    for (size_t i = 0; i < size; i++)
        y->value[i] = f(x[i]);
}

/* forward was: y = f(x) */
static void backward(Node *y) {
    const real *x = y->in[0]->value;
    real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = shape_size(y->shape);
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads_over(size))
#endif
    for (size_t i = 0; i < size; i++)
        dx[i] += df(x[i], y->value[i]) * y->grad[i];
}

#endif
