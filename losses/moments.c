/* Y = (F F^T ; sum of F) / divisor    F is (n, c, h, w) read as n matrices (c, h w);  Y
 * is (n, 1, c + 1, c): a Gram matrix, and below it the sums of the channels as one more
 * row dF = ((dG + dG^T) F + dsum) / divisor
 *
 * With the divisor h w these are the second moments and the means of the features: all
 * that a Gaussian of their distribution needs. Like Gram matrices they add up over parts
 * of a picture and blend over several. */
#include "losses/ops.h"
#include "tensor/check.h"
#include "tensor/kernels.h"

static void shape(Node *y) {
    const Moments *p = y->params;
    Shape f = y->in[0]->shape;
    CHECK(p->divisor != 0, "moments of %s: the divisor is 0", SHAPE(f));
    y->shape = (Shape){f.n, 1, f.c + 1, f.c};
}

static void forward(Node *y) {
    const Moments *p = y->params;
    const Shape s = y->in[0]->shape;
    const size_t m = (size_t)s.h * (size_t)s.w, c = (size_t)s.c;
    for (size_t n = 0; n < (size_t)s.n; n++) {
        const real *f = y->in[0]->value + n * c * m;
        real *g = y->value + n * c * (c + 1), *means = g + c * c;
        kernels->gram_forward(1, s.c, m, p->divisor, f, g);
        for (size_t i = 0; i < c; i++) {
            double sum = 0;
            for (size_t k = 0; k < m; k++)
                sum += (double)f[i * m + k];
            means[i] = (real)(sum / p->divisor);
        }
    }
}

/* forward was: Y = (F F^T ; sum of F) / divisor */
static void backward(Node *y) {
    const Moments *p = y->params;
    const Shape s = y->in[0]->shape;
    const size_t m = (size_t)s.h * (size_t)s.w, c = (size_t)s.c;
    if (!y->in[0]->grad) return;
    for (size_t n = 0; n < (size_t)s.n; n++) {
        const real *f = y->in[0]->value + n * c * m;
        const real *dg = y->grad + n * c * (c + 1), *dmeans = dg + c * c;
        real *df = y->in[0]->grad + n * c * m;
        kernels->gram_backward(1, s.c, m, p->divisor, f, dg, df);
        for (size_t i = 0; i < c; i++) {
            const real pull = (real)((double)dmeans[i] / p->divisor);
            for (size_t k = 0; k < m; k++)
                df[i * m + k] += pull;
        }
    }
}

static double work(const Node *y) {
    const Shape f = y->in[0]->shape;
    return (double)shape_size(y->shape) * f.h * f.w;
}

static Node *example(Tape *tape) {
    return ag_moments(tape_example_variable(tape, (Shape){2, 3, 2, 5}), (Moments){7});
}

const Op op_moments = {
    .name = "moments",
    .math = "Y = (F F^T ; sum of F) / k",
    .derivative = "dF = ((dG + dG^T) F + dsum) / k",
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .reads = READS_INPUTS,
    .work = work,
    .example = example,
};
