/* y = x, repeated along the axes where x has side 1;  dx = the sum of dy over the copies,
 * added in double
 *
 *     (1, c, 1, 1) -> (n, c, h, w)      one number for each channel
 *
 * No other op repeats an input: a product with a vector of channels is
 *
 *     ag_mul(x, ag_broadcast(v, (Broadcast){x->shape}))  */
#include "autograd/ops.h"
#include "autograd/spread.h"
#include "tensor/check.h"

static void shape(Node *y) {
    const Broadcast *p = y->params;
    CHECK(spread_fits(y->in[0]->shape, p->shape),
          "broadcast: %s to %s; a side must be the same, or 1 in the first",
          SHAPE(y->in[0]->shape), SHAPE(p->shape));
    y->shape = p->shape;
}

static size_t workspace(const Node *y) {
    return shape_size(y->in[0]->shape) * sizeof(double);
}

static void forward(Node *y) {
    spread_copy(y->in[0]->shape, y->in[0]->value, y->shape, y->value);
}

/* forward was: y = x for every copy */
static void backward(Node *y) {
    Node *x = y->in[0];
    if (!x->grad) return;
    const size_t size = shape_size(x->shape);
    double *sums = tape_workspace(y->tape, workspace(y));
    spread_sum(y->shape, y->grad, x->shape, sums);
    for (size_t i = 0; i < size; i++)
        x->grad[i] += (real)sums[i];
}

static Node *example(Tape *tape) {
    Node *x = tape_example_variable(tape, (Shape){1, 3, 1, 5});
    return ag_broadcast(x, (Broadcast){{2, 3, 4, 5}});
}

const Op op_broadcast = {
    .name = "broadcast",
    .math = "y = x, repeated along sides of 1",
    .derivative = "dx = sum dy over the copies",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_NOTHING, .workspace = workspace},
    .example = example,
};
