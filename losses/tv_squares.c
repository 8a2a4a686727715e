/* y = sum of d^2 over all differences d of neighbours, to the right and below
 * dx gets +2 d dy at the second pixel of each pair and -2 d dy at the first
 *
 * H - 1 rows of W differences downwards and H rows of W - 1 to the right, in each
 * channel: document 000 4.3, document 002 section 2.5. */
#include "autograd/op_shapes.h"
#include "losses/ops.h"

/* Sum of (x[k + step] - x[k])^2, k < count. */
static double squares(const real *x, size_t count, size_t step) {
    double sum = 0;
    for (size_t k = 0; k < count; k++) {
        double d = (double)x[k + step] - (double)x[k];
        sum += d * d;
    }
    return sum;
}

static void squares_backward(const real *x, real *dx, size_t count, size_t step,
                             real dy) {
    for (size_t k = 0; k < count; k++) {
        real g = 2 * (x[k + step] - x[k]) * dy;
        dx[k + step] += g;
        dx[k] -= g;
    }
}

static void forward(Node *y) {
    Shape s = y->in[0]->shape;
    size_t w = (size_t)s.w, h = (size_t)s.h, planes = (size_t)s.n * (size_t)s.c;
    const real *x = y->in[0]->value;
    double sum = 0;
    for (size_t p = 0; p < planes; p++)
        sum += squares(x + p * h * w, (h - 1) * w, w);
    for (size_t row = 0; row < planes * h; row++)
        sum += squares(x + row * w, w - 1, 1);
    y->value[0] = (real)sum;
}

/* forward was: y += (x[k + step] - x[k])^2 */
static void backward(Node *y) {
    Shape s = y->in[0]->shape;
    size_t w = (size_t)s.w, h = (size_t)s.h, planes = (size_t)s.n * (size_t)s.c;
    const real *x = y->in[0]->value, dy = y->grad[0];
    real *dx = y->in[0]->grad;
    if (!dx) return;
    for (size_t p = 0; p < planes; p++)
        squares_backward(x + p * h * w, dx + p * h * w, (h - 1) * w, w, dy);
    for (size_t row = 0; row < planes * h; row++)
        squares_backward(x + row * w, dx + row * w, w - 1, 1, dy);
}

static Node *example(Tape *tape) {
    return ag_tv_squares(tape_example_variable(tape, (Shape){2, 3, 5, 4}));
}

const Op op_tv_squares = {
    .name = "tv_squares",
    .math = "y = sum (x_i+1,j - x_ij)^2 + sum (x_i,j+1 - x_ij)^2",
    .derivative = "dx = +-2 (difference) dy at both ends of each difference",
    .shape = shape_scalar,
    .forward = forward,
    .backward = backward,
    .reads = READS_INPUTS,
    .example = example,
};
