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
#include "losses/element_blocks.h"
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

/* forward was: y += k f(a - b), here for the elements of one block */
static void backward_block(const Node *y, Block block, real k, bool blank) {
    real a_wide[BLOCK_MOST], b_wide[BLOCK_MOST];
    const real *a = node_values(y->in[0], block.start, block.count, a_wide);
    const real *b = node_values(y->in[1], block.start, block.count, b_wide);
    real *da = y->in[0]->grad, *db = y->in[1]->grad;
    if (da) da += block.start;
    if (db) db += block.start;
    if (da)
        for (size_t i = 0; i < block.count; i++)
            da[i] = (blank ? 0 : da[i]) + k * slope(a[i] - b[i]);
    if (db)
        for (size_t i = 0; i < block.count; i++)
            db[i] -= k * slope(a[i] - b[i]);
}

static void backward(Node *y) {
    const Distance *p = y->params;
    const real k = (real)(STEEPNESS * p->factor * (double)y->grad[0]);
    const size_t size = shape_size(y->in[0]->shape), blocks = blocks_of(size);
    const bool blank = y->in[0]->grad && node_blank(y->in[0]);
#pragma omp parallel for num_threads(threads_over(size)) schedule(static)
    for (size_t i = 0; i < blocks; i++)
        backward_block(y, block_at(size, i), k, blank);
}

#endif
