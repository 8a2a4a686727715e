/* y = the channels of all inputs, one after the other;  dx_k = its part of dy
 *
 * (n, c1, h, w), (n, c2, h, w), ...  ->  (n, c1 + c2 + ..., h, w) */
#include <string.h>

#include "autograd/ops.h"
#include "tensor/check.h"
#include "tensor/threads.h"

#define PIECE ((size_t)4096) /* elements that one thread passes on at a time */

static void shape(Node *y) {
    Shape first = y->in[0]->shape;
    y->shape = first;
    for (int k = 1; k < y->inputs; k++) {
        Shape next = y->in[k]->shape;
        CHECK(next.n == first.n && next.h == first.h && next.w == first.w,
              "concat: %s against %s; only the channels may differ", SHAPE(first),
              SHAPE(next));
        y->shape.c += next.c;
    }
}

/* Elements of one image of the node. */
static size_t image_size(const Node *node) {
    return shape_size(node->shape) / (size_t)node->shape.n;
}

static void copy(size_t size, const real *x, real *y) {
#pragma omp parallel for schedule(static) num_threads(threads_over(size))
    for (size_t i = 0; i < size; i += PIECE)
        memcpy(y + i, x + i, (size - i < PIECE ? size - i : PIECE) * sizeof(real));
}

static void forward(Node *y) {
    real *to = y->value;
    for (int n = 0; n < y->shape.n; n++)
        for (int k = 0; k < y->inputs; k++) {
            size_t size = image_size(y->in[k]);
            copy(size, y->in[k]->value + (size_t)n * size, to);
            to += size;
        }
}

/* dx += dy, or over what dx holds, 0 + dy: the same bits. */
static void pass(size_t size, const real *dy, real *dx, bool add) {
#pragma omp parallel for simd schedule(static) num_threads(threads_over(size))
    for (size_t i = 0; i < size; i++)
        dx[i] = (add ? dx[i] : 0) + dy[i];
}

/* forward was: y[...] = x_k[n], in the order n, k */
static void backward(Node *y) {
    size_t first = 0;
    for (int k = 0; k < y->inputs; k++) {
        const size_t size = image_size(y->in[k]);
        const bool add = !node_blank(y->in[k]);
        real *dx = y->in[k]->grad;
        for (size_t n = 0; dx && n < (size_t)y->shape.n; n++)
            pass(size, y->grad + n * image_size(y) + first, dx + n * size, add);
        first += size;
    }
}

static Node *example(Tape *tape) {
    Node *a = tape_example_variable(tape, (Shape){2, 1, 3, 2});
    Node *b = tape_example_variable(tape, (Shape){2, 3, 3, 2});
    return ag_concat(3, (Node *[]){a, b, a});
}

const Op op_concat = {
    .name = "concat",
    .math = "y = x1, x2, ... along the channels",
    .derivative = "dx_k = its part of dy",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING, .fills_all = true},
    .example = example,
};
