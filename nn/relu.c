/* y = x where x > 0, else 0;  dx = dy where x > 0, else 0 (also at exactly 0).
 * A NaN stays a NaN, so that a broken computation shows.
 *
 * Forward saves one bit per element (tensor/kernels/relu_signs.h), so that backward
 * reads neither x nor y. */
#include "autograd/op_shapes.h"
#include "nn/ops.h"
#include "tensor/kernels/relu_signs.h"

static void shape(Node *y) {
    shape_same(y);
    node_save(y, relu_signs_flat_size(shape_size(y->shape)));
}

static void forward(Node *y) {
    relu_signs_flat_forward(shape_size(y->shape), y->in[0]->value, y->value, y->saved);
}

/* forward was: y = x > 0 ? x : 0 */
static void backward(Node *y) {
    real *dx = y->in[0]->grad;
    if (dx) relu_signs_flat_add(shape_size(y->shape), y->saved, y->grad, dx);
}

static int piece(const Node *y, size_t i) {
    return y->value[i] > 0;
}

static Node *example(Tape *tape) {
    return ag_relu(tape_example_variable(tape, (Shape){2, 3, 3, 5}));
}

const Op op_relu = {
    .name = "relu",
    .math = "y = max(x, 0)",
    .derivative = "dx = dy where y > 0",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING, .in_place = true},
    .example = example,
    .piece = piece,
};
