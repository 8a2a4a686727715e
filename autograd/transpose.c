/* y[n, c, j, i] = x[n, c, i, j], rows become columns;  dx = dy transposed */
#include "autograd/ops.h"

static void shape(Node *y) {
    Shape x = y->in[0]->shape;
    y->shape = (Shape){x.n, x.c, x.w, x.h};
}

static void forward(Node *y) {
    const Shape s = y->in[0]->shape;
    const real *x = y->in[0]->value;
    size_t h = (size_t)s.h, w = (size_t)s.w, size = shape_size(s);
    for (size_t plane = 0; plane < size; plane += h * w)
        for (size_t i = 0; i < h; i++)
            for (size_t j = 0; j < w; j++)
                y->value[plane + j * h + i] = x[plane + i * w + j];
}

/* forward was: y[j, i] = x[i, j] */
static void backward(Node *y) {
    const Shape s = y->in[0]->shape;
    real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t h = (size_t)s.h, w = (size_t)s.w, size = shape_size(s);
    for (size_t plane = 0; plane < size; plane += h * w)
        for (size_t i = 0; i < h; i++)
            for (size_t j = 0; j < w; j++)
                dx[plane + i * w + j] += y->grad[plane + j * h + i];
}

static Node *example(Tape *tape) {
    return ag_transpose(tape_example_variable(tape, (Shape){2, 3, 5, 2}));
}

const Op op_transpose = {
    .name = "transpose",
    .math = "y = x^T",
    .derivative = "dx = dy^T",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING},
    .example = example,
};
