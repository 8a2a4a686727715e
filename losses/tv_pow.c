/* y = sum (a^2 + b^2)^1.25 with a = x_i+1,j - x_ij, b = x_i,j+1 - x_ij, over the pixels
 * that have both neighbours: H - 1 rows of W - 1 in each channel
 * da = 2.5 (a^2 + b^2)^0.25 a dy,  db = 2.5 (a^2 + b^2)^0.25 b dy
 *
 * The code of document 003 (from Keras). The power 1.25 instead of 1/2 is smooth where
 * the image is flat: both derivatives go to 0 there. s^0.25 is sqrt(sqrt(s)), which is
 * the same to the bit on every machine; pow is not. */
#include <tgmath.h>

#include "autograd/op_shapes.h"
#include "losses/ops.h"

static void forward(Node *y) {
    Shape s = y->in[0]->shape;
    size_t w = (size_t)s.w, h = (size_t)s.h, planes = (size_t)s.n * (size_t)s.c;
    double sum = 0;
    for (size_t p = 0; p < planes; p++) {
        const real *x = y->in[0]->value + p * h * w;
        for (size_t i = 0; i + 1 < h; i++) {
            for (size_t j = 0; j + 1 < w; j++) {
                size_t k = i * w + j;
                double a = (double)x[k + w] - (double)x[k];
                double b = (double)x[k + 1] - (double)x[k];
                double square = a * a + b * b;
                sum += square * sqrt(sqrt(square));
            }
        }
    }
    y->value[0] = (real)sum;
}

/* forward was: y += (a^2 + b^2)^1.25 */
static void backward(Node *y) {
    Shape s = y->in[0]->shape;
    size_t w = (size_t)s.w, h = (size_t)s.h, planes = (size_t)s.n * (size_t)s.c;
    if (!y->in[0]->grad) return;
    for (size_t p = 0; p < planes; p++) {
        const real *x = y->in[0]->value + p * h * w;
        real *dx = y->in[0]->grad + p * h * w;
        for (size_t i = 0; i + 1 < h; i++) {
            for (size_t j = 0; j + 1 < w; j++) {
                size_t k = i * w + j;
                real a = x[k + w] - x[k], b = x[k + 1] - x[k];
                real factor = (real)2.5 * sqrt(sqrt(a * a + b * b)) * y->grad[0];
                dx[k + w] += factor * a;
                dx[k + 1] += factor * b;
                dx[k] -= factor * (a + b);
            }
        }
    }
}

static Node *example(Tape *tape) {
    return ag_tv_pow(tape_example_variable(tape, (Shape){2, 3, 5, 4}));
}

const Op op_tv_pow = {
    .name = "tv_pow",
    .math = "y = sum ((x_i+1,j - x_ij)^2 + (x_i,j+1 - x_ij)^2)^1.25",
    .derivative = "da = 2.5 (a^2 + b^2)^0.25 a dy, db alike",
    .shape = shape_scalar,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS},
    .example = example,
};
