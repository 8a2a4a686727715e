/* y = the means of x along some axes, whose sides become 1, added in double;  dx = dy / k,
 * repeated along them, for means of k elements
 *
 *     (Axes){.h = true, .w = true}      global average pooling
 *     (Axes){.n = true, .h = true, .w = true}      the means of batch normalisation  */
#include "autograd/axes.h"
#include "autograd/ops.h"
#include "autograd/spread.h"

static void shape(Node *y) {
    y->shape = axes_removed(y->params, y->in[0]->shape);
}

/* Elements of one mean. */
static size_t averaged(const Node *y) {
    return shape_size(y->in[0]->shape) / shape_size(y->shape);
}

static size_t workspace(const Node *y) {
    return shape_size(y->shape) * sizeof(double);
}

static void forward(Node *y) {
    const size_t size = shape_size(y->shape);
    const double k = (double)averaged(y);
    double *sums = tape_workspace(y->tape, workspace(y));
    spread_sum(y->in[0]->shape, y->in[0]->value, y->shape, sums);
    for (size_t i = 0; i < size; i++)
        y->value[i] = (real)(sums[i] / k);
}

/* forward was: y = sum x / k */
static void backward(Node *y) {
    Node *x = y->in[0];
    const real share = (real)(1 / (double)averaged(y));
    if (x->grad) spread_add(y->shape, y->grad, share, x->shape, x->grad);
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){2, 3, 4, 5});
    return ag_mean_axis(x, (Axes){.c = true, .w = true});
}

const Op op_mean_axis = {
    .name = "mean_axis",
    .math = "y = mean x along some axes",
    .derivative = "dx = dy / k along them",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING, .workspace = workspace},
    .example = example,
};
