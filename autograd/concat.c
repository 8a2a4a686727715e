/* y = the channels of all inputs, one after the other;  dx_k = its part of dy
 *
 * (n, c1, h, w), (n, c2, h, w), ...  ->  (n, c1 + c2 + ..., h, w) */
#include <string.h>

#include "autograd/ops.h"
#include "tensor/check.h"

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

static void forward(Node *y) {
    real *to = y->value;
    for (int n = 0; n < y->shape.n; n++)
        for (int k = 0; k < y->inputs; k++) {
            size_t size = image_size(y->in[k]);
            memcpy(to, y->in[k]->value + (size_t)n * size, size * sizeof(real));
            to += size;
        }
}

static void add(size_t size, const real *dy, real *dx) {
    for (size_t i = 0; i < size; i++)
        dx[i] += dy[i];
}

/* forward was: y[...] = x_k[n], in the order n, k */
static void backward(Node *y) {
    const real *dy = y->grad;
    for (int n = 0; n < y->shape.n; n++)
        for (int k = 0; k < y->inputs; k++) {
            size_t size = image_size(y->in[k]);
            real *dx = y->in[k]->grad;
            if (dx) add(size, dy, dx + (size_t)n * size);
            dy += size;
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
    .plan = {.reads = READS_NOTHING},
    .example = example,
};
