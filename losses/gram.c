/* G  = F F^T / divisor            F is (n, c, h, w), read as n matrices (c, h w)
 * dF = (dG + dG^T) F / divisor    G is (n, 1, c, c)
 *
 * G_ij is the sum over all positions of the product of channels i and j. So it does not
 * depend on positions, only on which features occur together: this is the style. */
#include "losses/ops.h"
#include "tensor/check.h"
#include "tensor/kernels/kernels.h"

static void shape(Node *y) {
    const Gram *p = y->params;
    Shape f = y->in[0]->shape;
    CHECK(p->divisor != 0, "gram of %s: the divisor is 0", SHAPE(f));
    y->shape = (Shape){f.n, 1, f.c, f.c};
}

static void forward(Node *y) {
    const Gram *p = y->params;
    const Node *f = y->in[0];
    size_t m = (size_t)f->shape.h * (size_t)f->shape.w;
    kernels->gram_forward(f->shape.n, f->shape.c, m, p->divisor, f->value, y->value);
}

/* forward was: G = F F^T / divisor */
static void backward(Node *y) {
    const Gram *p = y->params;
    const Node *f = y->in[0];
    size_t m = (size_t)f->shape.h * (size_t)f->shape.w;
    if (!f->grad) return;
    kernels->gram_backward(f->shape.n, f->shape.c, m, p->divisor, f->value, y->grad,
                           f->grad);
}

static double work(const Node *y) {
    const Shape f = y->in[0]->shape;
    return (double)shape_size(y->shape) * f.h * f.w;
}

static Node *example(Tape *tape) {
    return ag_gram(tape_example_variable(tape, (Shape){2, 3, 2, 5}), (Gram){7});
}

const Op op_gram = {
    .name = "gram",
    .math = "G = F F^T / k",
    .derivative = "dF = (dG + dG^T) F / k",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .plan = {.reads = READS_INPUTS, .work = work},
    .example = example,
};
