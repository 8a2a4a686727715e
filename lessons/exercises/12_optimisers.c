/* Exercise 12: one step of momentum, one step of Adam, and the direction of L-BFGS.
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
    BLANK("update v, then x with the new v");
}

void adam_step(const AdamSettings *a, int t, int n, const real *g, real *m, real *v,
               real *x) {
    BLANK("update m and v, correct both for their start at 0, then move x");
}

void lbfgs_direction(int n, int pairs, const real *s, const real *y, const real *g,
                     real *a, real *d) {
    BLANK("two loops over the pairs, there and back, and the scale h between them");
}
