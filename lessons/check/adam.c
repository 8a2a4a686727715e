#include "lessons/check/adam.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lessons/check/slips.h"

enum { N = ADAM_N };

const char *const adam_mean_whys[] = {
    "",
    "m and v are means: 1 - beta1 in front of g or 1 - beta2 in front of g^2 is missing",
    "what it held before is forgotten",
    "g, or g^2, is missing",
    "beta1 and beta2 are exchanged",
    "m and v are overwritten by m' and v': the next step needs them as they are",
    "beta is missing in front of what it held before",
    "g^2 belongs to v, and g to m",
    "beta stands in front of g, or g^2, where 1 - beta belongs",
    "what it held before has no beta, and g, or g^2, has beta where 1 - beta belongs",
    "only the first number is updated",
    "the last number is left out: i < n",
    "the first number is left out: i begins at 0",
    "beta and 1 - beta are exchanged",
    "every number gets the gradient of the first: g[i]",
    "1 + beta where 1 - beta belongs",
    "m and v are exchanged in what it held before",
    "what it held before is that of number t, which is the step: i counts the numbers",
    "the gradient is that of number t, which is the step: i counts the numbers",
    "all is written to number t, which is the step: i counts the numbers",
    NULL};

/* Element i of m, or of v: the mean of the gradients or of their squares. */
static double mean(const Adam *t, bool squares, int mistake, int i, const real *held) {
    const double beta1 = (double)t->a.beta1, beta2 = (double)t->a.beta2;
    const double b = squares != (mistake == 4) ? beta2 : beta1;
    const double g = (double)t->g[mistake == 14 ? 0 : mistake == 18 ? t->t : i];
    const double old = (double)held[mistake == 17 ? t->t : i];
    const double new = squares != (mistake == 7) ? g *g : g;
    if ((mistake == 10 && i) || (mistake == 11 && i == N - 1) || (mistake == 12 && !i))
        return old;
    switch (mistake) {
    case 1:
        return b * old + new;
    case 2:
        return (1 - b) * new;
    case 3:
        return b * old;
    case 5:
        return (b * old + (1 - b) * new) / (1 - pow(b, t->t));
    case 6:
        return old + (1 - b) * new;
    case 8:
        return b * old + b * new;
    case 9:
        return old + b * new;
    case 13:
        return (1 - b) * old + b * new;
    case 15:
        return b * old + (1 + b) * new;
    default:
        return b * old + (1 - b) * new;
    }
}

/* One number after the other: where an index is wrong, it matters what is new already. */
static void all_means(const Adam *t, bool squares, int mistake, real *now) {
    memcpy(now, squares ? t->v : t->m, N * sizeof *now);
    const real *held = mistake == 16 ? (squares ? t->m : t->v) : now;
    for (int i = 0; i < N; i++)
        now[mistake == 19 ? t->t : i] = (real)mean(t, squares, mistake, i, held);
}

void adam_means(const void *context, int mistake, real *m) {
    all_means(context, false, mistake, m);
}

void adam_mean_squares(const void *context, int mistake, real *v) {
    all_means(context, true, mistake, v);
}

const char *const adam_whys[] = {
    "",
    "the bias correction is missing: m and v start at 0 and are too small at first",
    "m' is m / (1 - beta1^t): its bias correction is missing",
    "v' is v / (1 - beta2^t): its bias correction is missing",
    "m' / v' without the root: x moves by lr sign(g) only when the root of v' has the "
    "unit of g",
    "corrected as if t were always 1: beta^t",
    "1 + beta^t where 1 - beta^t belongs",
    "epsilon stands under the root: it is added to the root",
    "epsilon is missing: sqrt(v') + epsilon",
    "beta1 and beta2 are exchanged in the corrections",
    "the step goes uphill: x - lr m' / ...",
    "the step length lr is missing",
    "x is lost: x -= lr m' / ...",
    "x moves by the gradient, not by m'",
    "the corrections are multiplied with, not divided by",
    "beta t stands where beta^t belongs",
    "the correction counts one step too many: t, not t + 1",
    "the correction counts one step too few: t, not t - 1",
    "x does not move",
    "epsilon is taken off: sqrt(v') + epsilon",
    "multiplied with the root: divide",
    "the last number is left out: i < n",
    "the first number is left out: i begins at 0",
    "the correction of v stands outside of the root",
    "the correction is beta^t, not 1 - beta^t",
    "every number moves as the first one: m[i] and v[i]",
    "m' is divided by the root of m', not of v'",
    "only epsilon is divided by: the root of v' is missing",
    "the correction of m is multiplied with, not divided by",
    "the correction of v is multiplied with, not divided by",
    "m' has 1 + beta1^t where 1 - beta1^t belongs",
    "v' has 1 + beta2^t where 1 - beta2^t belongs",
    "m' is corrected by beta1^t, not by 1 - beta1^t",
    "v' is corrected by beta2^t, not by 1 - beta2^t",
    "the old m and v are used: update them first",
    "v stands where m belongs in m'",
    "m' is that of number t, which is the step: i counts the numbers",
    "v' is that of number t, which is the step: i counts the numbers",
    "only number t, which is the step, moves: i counts the numbers",
    "beta1^n stands where beta1^t belongs",
    "beta2^n stands where beta2^t belongs",
    NULL};

enum { REST1, REST2, ROOT, EPSILON };
const char *const adam_values[] = {"1 - beta1^t", "1 - beta2^t", "sqrt(v')", "epsilon",
                                   NULL};

static double step_of(const Adam *p, int mistake, int index) {
    const int i = mistake == 25 ? 0 : index;
    const double b1 = (double)(mistake == 9 ? p->a.beta2 : p->a.beta1);
    const double b2 = (double)(mistake == 9 ? p->a.beta1 : p->a.beta2);
    const double lr = mistake == 11 ? 1 : (double)p->a.lr,
                 e = slip(mistake, EPSILON, (double)p->a.epsilon);
    const int t = mistake == 5 ? 1 : p->t + (mistake == 16) - (mistake == 17);
    const bool old = mistake == 34;
    const real *means = mistake == 13   ? p->g
                        : mistake == 35 ? p->new_v
                        : old           ? p->m
                                        : p->new_m;
    /* Number t is still the old one when the numbers before it move. */
    const bool early = index < p->t;
    const double m = (double)(mistake == 36 ? (early ? p->m : p->new_m)[p->t] : means[i]);
    const double v = (double)(mistake == 37 ? (early ? p->v : p->new_v)[p->t]
                              : old         ? p->v[i]
                                            : p->new_v[i]);
    double c1 = slip(mistake, REST1, 1 - pow(b1, mistake == 39 ? N : t)),
           c2 = slip(mistake, REST2, 1 - pow(b2, mistake == 40 ? N : t));
    if (mistake == 1 || mistake == 2) c1 = 1;
    if (mistake == 1 || mistake == 3) c2 = 1;
    if (mistake == 6 || mistake == 30) c1 = 1 + pow(b1, t);
    if (mistake == 6 || mistake == 31) c2 = 1 + pow(b2, t);
    if (mistake == 24 || mistake == 32) c1 = pow(b1, t);
    if (mistake == 24 || mistake == 33) c2 = pow(b2, t);
    if (mistake == 14 || mistake == 28) c1 = 1 / c1;
    if (mistake == 14 || mistake == 29) c2 = 1 / c2;
    if (mistake == 15) c1 = 1 - b1 * t, c2 = 1 - b2 * t;
    const double first = mistake == 13 ? m : m / c1, second = v / c2;
    double under = slip(mistake, ROOT, sqrt(second)) + e;
    if (mistake == 4) under = second + e;
    if (mistake == 7) under = sqrt(second + e);
    if (mistake == 8) under = sqrt(second);
    if (mistake == 19) under = sqrt(second) - e;
    if (mistake == 20) under = 1 / under;
    if (mistake == 23) under = sqrt(v) / c2 + e;
    if (mistake == 26) under = sqrt(fabs(first)) + e;
    if (mistake == 27) under = e;
    if (mistake == 18 || (mistake == 21 && index == N - 1) || (mistake == 22 && !index))
        return 0;
    return (mistake == 10 ? -lr : lr) * first / under;
}

/* Where x goes with the m and v that the student has computed. */
void adam_x(const void *context, int mistake, real *x) {
    const Adam *p = context;
    for (int i = 0; i < N; i++)
        x[i] = mistake == 12 ? 0 : p->x[i];
    for (int i = 0; i < N; i++)
        x[mistake == 38 ? p->t : i] -= (real)step_of(p, mistake, i);
}

void adam_steps(const void *context, int mistake, real *x) {
    for (int i = 0; i < N; i++)
        x[i] = -(real)step_of(context, mistake, i);
}
