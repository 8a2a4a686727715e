/* y = the mean of the x inside each window;  dx = dy / (number of x in the window) */
#include "nn/ops.h"
#include "nn/pool.h"

static void forward(Node *y) {
    const PoolDims d = pool_dims(y);
    kernels->avg_pool_forward(&d, y->in[0]->value, y->value);
}

/* forward was: y = sum x / count */
static void backward(Node *y) {
    const PoolDims d = pool_dims(y);
    Node *x = y->in[0];
    if (!x->grad) return;
    const bool add = !node_blank(x);
    kernels->avg_pool_backward(&d, y->grad, x->grad, add);
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 3, 5, 6});
    return ag_avg_pool(x, (Pool2d){.kernel = 3, .stride = 2, .ceil_mode = true});
}

const Op op_avg_pool = {
    .name = "avg_pool",
    .math = "y = mean x over the window",
    .derivative = "dx = dy / count",
    .shape = pool_shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING, .fills = true},
    .example = example,
};
