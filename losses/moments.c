/* Y  = (F F^T ; sum of F) / divisor          F is (n, c, h, w), as n matrices (c, h w)
 * dF = ((dG + dG^T) F + dsum) / divisor      Y is (n, 2, c + 1, c)
 *
 * Y is a Gram matrix with one more row, the sums of the channels; and all of this once
 * more with the rounding errors of the first (pair.h).
 *
 * With the divisor h w these are the second moments and the means of the features: the
 * parameters of a Gaussian. Like Gram matrices they can be added over parts of an image
 * and averaged over several images.
 *
 * The covariance of flat features is a small difference of such numbers, so they are
 * computed in double from sums around the mean r,
 *
 *     F F^T = (F - r) (F - r)^T + m r r^T,
 *
 * and kept as pairs. Their rounding is no more than the square of that of the
 * features. */
#include <math.h>

#include "losses/dense.h"
#include "losses/ops.h"
#include "losses/pair.h"
#include "tensor/check.h"
#include "tensor/kernels/kernels.h"
#include "tensor/threads.h"

enum { DEPTH = 256, BLOCK_NUMBERS = 1 << 18 };

static size_t positions_of(const Node *y) {
    return (size_t)y->in[0]->shape.h * (size_t)y->in[0]->shape.w;
}

static void shape(Node *y) {
    const Moments *p = y->params;
    Shape f = y->in[0]->shape;
    CHECK(p->divisor != 0, "moments of %s: the divisor is 0", SHAPE(f));
    node_save(y, (size_t)f.n * (size_t)f.c * sizeof(double));
    y->shape = (Shape){f.n, 2, f.c + 1, f.c};
}

/* The mean of each channel. */
static void means(int c, size_t m, const real *f, double *mean) {
#pragma omp parallel for schedule(static) num_threads(threads_over((size_t)c *m))
    for (int i = 0; i < c; i++) {
        const real *row = f + (size_t)i * m;
        double sum[4] = {0};
        for (size_t k = 0; k < m; k++)
            sum[k % 4] += (double)row[k];
        mean[i] = ((sum[0] + sum[1]) + (sum[2] + sum[3])) / (double)m;
    }
}

/* Panels of F - r for `depth` positions from `first` on. */
static void pack(int c, size_t m, size_t first, int depth, const real *f,
                 const double *mean, double *panels) {
    const int count = (c + DENSE_WIDTH - 1) / DENSE_WIDTH;
#pragma omp parallel for schedule(static)                                                \
    num_threads(threads_over((size_t)c *(size_t)depth))
    for (int p = 0; p < count; p++) {
        double *panel = panels + (size_t)p * DENSE_WIDTH * (size_t)depth;
        for (int i = 0; i < DENSE_WIDTH; i++) {
            const int channel = p * DENSE_WIDTH + i;
            const real *row = f + (size_t)channel * m + first;
            for (int k = 0; k < depth; k++)
                panel[k * DENSE_WIDTH + i] =
                    channel < c ? (double)row[k] - mean[channel] : 0;
        }
    }
}

/* S = (F - r) (F - r)^T */
static void centred_squares(int c, size_t m, const real *f, const double *mean, double *s,
                            double *panels) {
    for (size_t first = 0; first < m; first += DEPTH) {
        const int depth = m - first < DEPTH ? (int)(m - first) : DEPTH;
        pack(c, m, first, depth, f, mean, panels);
        dense_product(c, depth, panels, panels, DENSE_HALF, first > 0, s);
    }
}

/* S / divisor + part r_i r_j with `part` = m / divisor, and the errors of both roundings.
 */
static void store_square(double centred, double part, double ri, double rj, real *high,
                         real *low) {
    const double scaled = part * ri, product = scaled * rj,
                 rest = fma(scaled, rj, -product), sum = centred + product,
                 second = sum - centred;
    pair_store(high, low, sum, (centred - (sum - second)) + (product - second) + rest);
}

static void store(int c, size_t m, double divisor, const double *s, const double *mean,
                  real *high, real *low) {
    const size_t n = (size_t)c;
    const double part = (double)m / divisor;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            store_square(s[i * n + j] / divisor, part, mean[i], mean[j], &high[i * n + j],
                         &low[i * n + j]);
    for (size_t i = 0; i < n; i++)
        pair_store(&high[n * n + i], &low[n * n + i], part * mean[i], 0);
}

static size_t workspace(const Node *y) {
    const Shape s = y->in[0]->shape;
    const size_t forward = (size_t)s.c * (size_t)s.c + dense_panels(s.c, DEPTH);
    const size_t backward = 2 * (BLOCK_NUMBERS + (size_t)s.c) * sizeof(real);
    return forward * sizeof(double) > backward ? forward * sizeof(double) : backward;
}

static void forward(Node *y) {
    const Moments *p = y->params;
    const Shape s = y->in[0]->shape;
    const size_t m = positions_of(y), c = (size_t)s.c, numbers = c * (c + 1);
    double *squares = tape_workspace(y->tape, workspace(y)), *panels = squares + c * c;
    for (size_t n = 0; n < (size_t)s.n; n++) {
        const real *f = y->in[0]->value + n * c * m;
        real *high = y->value + n * 2 * numbers;
        double *mean = (double *)y->saved + n * c;
        means(s.c, m, f, mean);
        centred_squares(s.c, m, f, mean, squares, panels);
        store(s.c, m, p->divisor, squares, mean, high, high + numbers);
    }
}

/* The same gradient for every position of a channel: (dsum + (dG + dG^T) r) / divisor.
 * The sum is small beside its terms where features are flat. */
static double pull_on(size_t c, size_t channel, double divisor, const real *dg,
                      const double *mean) {
    double sum = (double)dg[c * c + channel];
    for (size_t j = 0; j < c; j++)
        sum += ((double)dg[channel * c + j] + (double)dg[j * c + channel]) * mean[j];
    return sum / divisor;
}

/* df += ((dG + dG^T) (F - r)) / divisor, in blocks of positions, whose mean is subtracted
 * first; then the rest. */
static void pull(const Node *y, size_t n, real *room) {
    const Moments *p = y->params;
    const int channels = y->in[0]->shape.c;
    const size_t m = positions_of(y), c = (size_t)channels, numbers = c * (c + 1);
    const size_t block = BLOCK_NUMBERS / c > 0 ? BLOCK_NUMBERS / c : 1;
    const real *f = y->in[0]->value + n * c * m, *dg = y->grad + n * 2 * numbers;
    const double *mean = (const double *)y->saved + n * c;
    real *df = y->in[0]->grad + n * c * m;
    real *moved = room, *gradient = room + BLOCK_NUMBERS + c;
    for (size_t first = 0; first < m; first += block) {
        const size_t length = m - first < block ? m - first : block;
        for (size_t i = 0; i < c; i++)
            for (size_t k = 0; k < length; k++)
                moved[i * length + k] = (real)((double)f[i * m + first + k] - mean[i]);
        kernels->gram_backward(1, channels, length, p->divisor, moved, dg, gradient,
                               false);
        for (size_t i = 0; i < c; i++)
            for (size_t k = 0; k < length; k++)
                df[i * m + first + k] += gradient[i * length + k];
    }
    for (size_t i = 0; i < c; i++) {
        const real all = (real)pull_on(c, i, p->divisor, dg, mean);
        for (size_t k = 0; k < m; k++)
            df[i * m + k] += all;
    }
}

/* forward was: Y = (F F^T ; sum of F) / divisor
 * The gradient of a pair is that of its high part; the low part is constant. */
static void backward(Node *y) {
    if (!y->in[0]->grad) return;
    real *room = tape_workspace(y->tape, workspace(y));
    for (size_t n = 0; n < (size_t)y->in[0]->shape.n; n++)
        pull(y, n, room);
}

static double work(const Node *y) {
    const Shape f = y->in[0]->shape;
    return (double)f.n * f.c * f.c * f.h * f.w;
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
    .plan = {.reads = READS_INPUTS, .work = work, .workspace = workspace},
    .example = example,
};
