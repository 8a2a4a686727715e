/* y = the sums of x along some axes, whose sides become 1, added in double;  dx = dy,
 * repeated along them
 *
 *     (Axes){.h = true, .w = true}      (n, c, h, w) -> (n, c, 1, 1)  */
#include "autograd/axes.h"
#include "autograd/ops.h"
#include "autograd/spread.h"

static void shape(Node *y) {
    y->shape = axes_removed(y->params, y->in[0]->shape);
}

static size_t workspace(const Node *y) {
    return shape_size(y->shape) * sizeof(double);
}

static void forward(Node *y) {
    const size_t size = shape_size(y->shape);
    double *sums = tape_workspace(y->tape, workspace(y));
    spread_sum(y->in[0]->shape, y->in[0]->value, y->shape, sums);
    for (size_t i = 0; i < size; i++)
        y->value[i] = (real)sums[i];
}

/* forward was: y = sum x */
static void backward(Node *y) {
    Node *x = y->in[0];
    if (x->grad) spread_add(y->shape, y->grad, 1, x->shape, x->grad);
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 3, 4, 5});
    return ag_sum_axis(x, (Axes){.n = true, .h = true});
}

const Op op_sum_axis = {
    .name = "sum_axis",
    .math = "y = sum x along some axes",
    .derivative = "dx = dy along them",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING, .workspace = workspace},
    .example = example,
};
