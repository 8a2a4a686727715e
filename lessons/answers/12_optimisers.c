/* Answer 12: one step of momentum, one step of Adam, and the direction of L-BFGS.
 *
 * x, g (the gradient at x), v, m and d have n numbers each. All three functions are only
 * a few lines; the files of optim/ have them too, with threads and checks around them. */
#include "lessons/exercises/exercise.h"

/* v = mu v + g,  x = x - lr v */
void momentum_step(int n, real lr, real mu, const real *g, real *v, real *x);

/* Step number t = 1, 2, ...; m and v were 0 before the first.
 *
 *     m = beta1 m + (1 - beta1) g            m' = m / (1 - beta1^t)
 *     v = beta2 v + (1 - beta2) g^2          v' = v / (1 - beta2^t)
 *     x = x - lr m' / (sqrt(v') + epsilon) */
typedef struct AdamSettings {
    real lr, beta1, beta2, epsilon;
} AdamSettings;
void adam_step(const AdamSettings *a, int t, int n, const real *g, real *m, real *v,
               real *x);

/* d = -H g, where H is known only by `pairs` pairs: row i of s, s[i n] ... , says how x
 * moved in a past step, row i of y how g changed by it; row 0 is the oldest. a is
 * scratch, `pairs` numbers.
 *
 *     d = -g
 *     i from the newest to the oldest:   a_i = (s_i . d) / (s_i . y_i),  d = d - a_i y_i
 *     d = h d                            h = (s . y) / (y . y) of the newest pair
 *     i from the oldest to the newest:   b = (y_i . d) / (s_i . y_i),
 *                                        d = d + (a_i - b) s_i
 *
 * Without pairs, d = -g. */
void lbfgs_direction(int n, int pairs, const real *s, const real *y, const real *g,
                     real *a, real *d);

real dot(int n, const real *a, const real *b);

real dot(int n, const real *a, const real *b) {
    real sum = 0;
    for (int i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

void momentum_step(int n, real lr, real mu, const real *g, real *v, real *x) {
    for (int i = 0; i < n; i++) {
        v[i] = mu * v[i] + g[i];
        x[i] -= lr * v[i];
    }
}

void adam_step(const AdamSettings *a, int t, int n, const real *g, real *m, real *v,
               real *x) {
    const real rest1 = 1 - (real)pow((double)a->beta1, t);
    const real rest2 = 1 - (real)pow((double)a->beta2, t);
    for (int i = 0; i < n; i++) {
        m[i] = a->beta1 * m[i] + (1 - a->beta1) * g[i];
        v[i] = a->beta2 * v[i] + (1 - a->beta2) * g[i] * g[i];
        x[i] -=
            a->lr * (m[i] / rest1) / ((real)sqrt((double)(v[i] / rest2)) + a->epsilon);
    }
}

void lbfgs_direction(int n, int pairs, const real *s, const real *y, const real *g,
                     real *a, real *d) {
    for (int k = 0; k < n; k++)
        d[k] = -g[k];
    for (int i = pairs - 1; i >= 0; i--) {
        const real *si = s + i * n, *yi = y + i * n;
        a[i] = dot(n, si, d) / dot(n, si, yi);
        for (int k = 0; k < n; k++)
            d[k] -= a[i] * yi[k];
    }
    if (pairs > 0) {
        const real *last = y + (pairs - 1) * n;
        const real h = dot(n, s + (pairs - 1) * n, last) / dot(n, last, last);
        for (int k = 0; k < n; k++)
            d[k] *= h;
    }
    for (int i = 0; i < pairs; i++) {
        const real *si = s + i * n, *yi = y + i * n;
        const real b = dot(n, yi, d) / dot(n, si, yi);
        for (int k = 0; k < n; k++)
            d[k] += (a[i] - b) * si[k];
    }
}
