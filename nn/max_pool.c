/* y = the largest x of each window;  dx = dy at the position of that x, which forward
 * saves in one byte per output. */
#include "nn/ops.h"
#include "nn/pool.h"

static void shape(Node *y) {
    pool_shape(y);
    node_save(y, shape_size(y->shape));
}

static void forward(Node *y) {
    const PoolDims d = pool_dims(y);
    kernels->max_pool_forward(&d, y->in[0]->value, y->value, y->saved);
}

/* forward was: y = x[winner] */
static void backward(Node *y) {
    const PoolDims d = pool_dims(y);
    Node *x = y->in[0];
    if (!x->grad) return;
    const bool add = !node_blank(x);
    kernels->max_pool_backward(&d, y->grad, y->saved, x->grad, add);
}

static int piece(const Node *y, size_t i) {
    return ((const uint8_t *)y->saved)[i];
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 3, 5, 7});
    return ag_max_pool(x,
                       (Pool2d){.kernel = 3, .stride = 2, .pad = 1, .ceil_mode = true});
}

const Op op_max_pool = {
    .name = "max_pool",
    .math = "y = max x over the window",
    .derivative = "dx = dy at the maximum",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING, .fills = true},
    .example = example,
    .piece = piece,
};
