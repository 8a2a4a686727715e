/* G  = F F^T / divisor            F is (n, c, h, w), read as n matrices (c, h w)
 * dF = (dG + dG^T) F / divisor    G is (n, 1, c, c)
 *
 * G_ij is the sum over all positions of the product of channels i and j. So it does not
 * depend on positions, only on which features occur together: this is the style. */
#include "losses/ops.h"
#include "tensor/check.h"
#include "tensor/kernels/kernels.h"
#include "tensor/threads.h"
#include "tensor/workspace.h"

#define SLICE ((size_t)1 << 18) /* features that are widened at a time */
#define LEAST ((size_t)64)      /* positions of them */

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

/* Positions `start` to `start + count - 1` of image n, whose features are in halves: they
 * are widened to one narrow matrix, and so is their gradient. */
static void backward_slice(const Node *y, int n, size_t start, size_t count, bool add,
                           real *wide) {
    const Gram *p = y->params;
    const Node *f = y->in[0];
    const size_t c = (size_t)f->shape.c, m = (size_t)f->shape.h * (size_t)f->shape.w;
    const size_t first = (size_t)n * c * m + start;
    real *gradient = wide + c * count;
#pragma omp parallel for num_threads(threads_over(c *count)) schedule(static)
    for (size_t i = 0; i < c; i++)
        halves_widen(f->halves, first + i * m, count, wide + i * count);
    kernels->gram_backward(1, f->shape.c, count, p->divisor, wide,
                           y->grad + (size_t)n * c * c, gradient, false);
#pragma omp parallel for num_threads(threads_over(c *count)) schedule(static)
    for (size_t i = 0; i < c; i++)
        for (size_t k = 0; k < count; k++)
            f->grad[first + i * m + k] =
                (add ? f->grad[first + i * m + k] : 0) + gradient[i * count + k];
}

static void backward_halves(const Node *y, bool add) {
    const Shape f = y->in[0]->shape;
    const size_t m = (size_t)f.h * (size_t)f.w, c = (size_t)f.c;
    const size_t length = c < SLICE / LEAST ? SLICE / c : LEAST;
    real *wide = workspace_take(2 * c * length * sizeof *wide);
    for (int n = 0; n < f.n; n++)
        for (size_t start = 0; start < m; start += length)
            backward_slice(y, n, start, m - start < length ? m - start : length, add,
                           wide);
    workspace_give(wide);
}

/* forward was: G = F F^T / divisor */
static void backward(Node *y) {
    const Gram *p = y->params;
    Node *f = y->in[0];
    size_t m = (size_t)f->shape.h * (size_t)f->shape.w;
    const bool add = !node_blank(f);
    if (!f->grad) return;
    if (f->halves.bits)
        backward_halves(y, add);
    else
        kernels->gram_backward(f->shape.n, f->shape.c, m, p->divisor, f->value, y->grad,
                               f->grad, add);
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
    .plan = {.reads = READS_INPUTS, .work = work, .fills = true, .reads_halves = true},
    .example = example,
};
