/* y = x within [low, high], low below and high above;  dx = dy where low <= x <= high,
 * else 0. A NaN stays a NaN.
 *
 * At a bound the gradient passes, as with torch.clamp. (Of relu6, which has the same
 * values, PyTorch's gradient at 0 and at 6 is 0.) */
#include "autograd/op_shapes.h"
#include "autograd/ops.h"
#include "tensor/check.h"

static void shape(Node *y) {
    const Clamp *p = y->params;
    CHECK(p->low <= p->high, "clamp: from %g to %g", p->low, p->high);
    shape_same(y);
}

static void forward(Node *y) {
    const Clamp *p = y->params;
    const real low = (real)p->low, high = (real)p->high, *x = y->in[0]->value;
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        y->value[i] = x[i] < low ? low : x[i] > high ? high : x[i];
}

/* forward was: y = min(max(x, low), high) */
static void backward(Node *y) {
    const Clamp *p = y->params;
    const real low = (real)p->low, high = (real)p->high, *x = y->in[0]->value;
    real *dx = y->in[0]->grad;
    if (!dx) return;
    size_t size = shape_size(y->shape);
    for (size_t i = 0; i < size; i++)
        if (x[i] >= low && x[i] <= high) dx[i] += y->grad[i];
}

static int piece(const Node *y, size_t i) {
    const Clamp *p = y->params;
    const real low = (real)p->low, high = (real)p->high, x = y->in[0]->value[i];
    return (x > high) - (x < low);
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 3, 1, 7});
    return ag_clamp(x, (Clamp){.low = -0.5, .high = 0.75});
}

const Op op_clamp = {
    .name = "clamp",
    .math = "y = min(max(x, low), high)",
    .derivative = "dx = dy where low <= x <= high",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS},
    .example = example,
    .piece = piece,
};
