/* y[n,c,i,j] = (x[n,c,i,j] - mean[c]) / deviation[c];  dx = dy / deviation[c] */
#include "autograd/op_shapes.h"
#include "nn/ops.h"
#include "tensor/check.h"

static void shape(Node *y) {
    const Normalize *p = y->params;
    shape_same(y);
    CHECK(y->shape.c == 3, "normalize: an image has 3 channels, this is %s",
          SHAPE(y->shape));
    for (int c = 0; c < 3; c++)
        CHECK(p->deviation[c] != 0, "normalize: the deviation of channel %d is 0", c);
}

static void forward(Node *y) {
    const Normalize *p = y->params;
    const real *x = y->in[0]->value;
    size_t plane = (size_t)y->shape.h * (size_t)y->shape.w, start = 0;
    for (int nc = 0; nc < y->shape.n * 3; nc++, start += plane) {
        const real mean = (real)p->mean[nc % 3], deviation = (real)p->deviation[nc % 3];
        for (size_t i = start; i < start + plane; i++)
            y->value[i] = (x[i] - mean) / deviation;
    }
}

/* forward was: y = (x - mean) / deviation */
static void backward(Node *y) {
    const Normalize *p = y->params;
    real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t plane = (size_t)y->shape.h * (size_t)y->shape.w, start = 0;
    for (int nc = 0; nc < y->shape.n * 3; nc++, start += plane) {
        const real deviation = (real)p->deviation[nc % 3];
        for (size_t i = start; i < start + plane; i++)
            dx[i] += y->grad[i] / deviation;
    }
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 3, 2, 5});
    return ag_normalize(x, (Normalize){{0.5, -1, 2}, {0.25, 3, 1.5}});
}

const Op op_normalize = {
    .name = "normalize",
    .math = "y = (x - mean_c) / deviation_c",
    .derivative = "dx = dy / deviation_c",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING},
    .example = example,
};
