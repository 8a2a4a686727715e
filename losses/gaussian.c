#include "losses/gaussian.h"

#include <math.h>

#include "losses/pair.h"
#include "tensor/check.h"

void gaussian_read(int c, const real *moments, double *mean, double *cov) {
    const size_t n = (size_t)c;
    const real *high = moments, *low = moments + n * (n + 1);
    for (size_t i = 0; i < n; i++)
        mean[i] = pair_value(&high[n * n + i], &low[n * n + i]);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            const double product = mean[i] * mean[j],
                         rest = fma(mean[i], mean[j], -product);
            cov[i * n + j] = ((double)high[i * n + j] - product) +
                             ((double)low[i * n + j] - rest) +
                             (i == j ? GAUSSIAN_EPSILON : 0);
        }
}

double gaussian_shift(int c, const double *m, const double *p) {
    double sum = 0;
    for (int i = 0; i < c; i++)
        sum += (m[i] - p[i]) * (m[i] - p[i]);
    return sum;
}

void gaussian_pull(int c, double dy, const double *m, const double *p, const double *dcov,
                   real *dmoments) {
    const size_t n = (size_t)c;
    for (size_t i = 0; i < n; i++) {
        double dm = 2 * dy / c * (m[i] - p[i]);
        for (size_t j = 0; j < n; j++) {
            dm -= (dcov[i * n + j] + dcov[j * n + i]) * m[j];
            dmoments[i * n + j] += (real)dcov[i * n + j];
        }
        dmoments[n * n + i] += (real)dm;
    }
}

void gaussian_check(const Node *y) {
    const Shape a = y->in[0]->shape, b = y->in[1]->shape;
    CHECK(shape_equal(a, b) && a.c == 2 && a.h == a.w + 1,
          "%s of %s and %s: both must be moments", y->op->name, SHAPE(a), SHAPE(b));
}
