/* Grades exercise 12: single steps, several, and L-BFGS with no pair, one, and several. */
#include "lessons/check/adam.h"
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"
#include "lessons/check/lbfgs.h"

#include <math.h>
#include <string.h>

enum { N = LBFGS_N, PAIRS = LBFGS_PAIRS };
_Static_assert((int)ADAM_N == (int)LBFGS_N, "vectors of one length");

/* factor times a, in memory that lives until the part ends. */
static real *scaled(double factor, const real *a) {
    real *b = grade_room(N);
    for (int i = 0; i < N; i++)
        b[i] = (real)(factor * (double)a[i]);
    return b;
}

/* ---- Momentum ---- */

typedef struct Momentum {
    double lr, mu;
    const real *g, *v, *x, *new_v; /* new_v: the student's */
} Momentum;

enum {
    RIGHT,
    V_IS_MEAN,
    V_FORGOTTEN,
    V_WITHOUT_G,
    V_TIMES_LR,
    V_MU_ADDED,
    V_MU_G,
    V_G_SQUARED,
    V_FIRST_G,
    V_ONLY_FIRST,
    V_NOT_LAST,
    V_NOT_FIRST,
    V_MU_X
};

static const char *const v_whys[] = {
    [RIGHT] = "",
    [V_IS_MEAN] =
        "(1 - mu) g makes v a mean of the gradients; here v = mu v + g, their sum",
    [V_FORGOTTEN] = "what v held before is forgotten: mu v + g",
    [V_WITHOUT_G] = "g is missing: mu v + g",
    [V_TIMES_LR] = "lr belongs to the step of x, not to v",
    [V_MU_ADDED] = "mu + v stands where mu v belongs",
    [V_MU_G] = "g is multiplied with mu, too: mu v + g",
    [V_G_SQUARED] = "g^2 is added: mu v + g",
    [V_FIRST_G] = "every number gets the gradient of the first: g[i]",
    [V_ONLY_FIRST] = "only the first number is updated",
    [V_NOT_LAST] = "the last number is left out: i < n",
    [V_NOT_FIRST] = "the first number is left out: i begins at 0",
    [V_MU_X] = "mu x stands where mu v belongs",
    NULL};

/* v[i] after the step. */
static double new_v_of(const Momentum *t, int mistake, int i) {
    const double old = (double)t->v[i];
    const double g = (double)t->g[mistake == V_FIRST_G ? 0 : i];
    switch (mistake) {
    case V_IS_MEAN:
        return t->mu * old + (1 - t->mu) * g;
    case V_FORGOTTEN:
        return g;
    case V_WITHOUT_G:
        return t->mu * old;
    case V_TIMES_LR:
        return t->mu * old + t->lr * g;
    case V_MU_ADDED:
        return t->mu + old + g;
    case V_MU_G:
        return t->mu * (old + g);
    case V_G_SQUARED:
        return t->mu * old + g * g;
    case V_ONLY_FIRST:
        return i == 0 ? t->mu * old + g : old;
    case V_NOT_LAST:
        return i < N - 1 ? t->mu * old + g : old;
    case V_NOT_FIRST:
        return i > 0 ? t->mu * old + g : old;
    case V_MU_X:
        return t->mu * (double)t->x[i] + g;
    default:
        return t->mu * old + g;
    }
}

static void new_v(const void *context, int mistake, real *v) {
    for (int i = 0; i < N; i++)
        v[i] = (real)new_v_of(context, mistake, i);
}

enum {
    X_OLD_V = 1,
    X_BY_G,
    X_NO_LR,
    X_UPHILL,
    X_LOST,
    X_STAYS,
    X_LR_MU,
    X_FIRST_V,
    X_ONLY_FIRST,
    X_NOT_LAST,
    X_NOT_FIRST,
    X_OVER_LR,
    X_OVER_V
};

static const char *const x_whys[] = {
    [RIGHT] = "",
    [X_OLD_V] = "x moves by the old v: update v first",
    [X_BY_G] = "x moves by the gradient alone: it moves by v",
    [X_NO_LR] = "the step length lr is missing",
    [X_UPHILL] = "the step goes uphill: x - lr v",
    [X_LOST] = "x is lost: x -= lr v",
    [X_STAYS] = "x does not move",
    [X_LR_MU] = "x moves by lr mu v: the new v has it already",
    [X_FIRST_V] = "every number moves by the first v: v[i]",
    [X_ONLY_FIRST] = "only the first number moves",
    [X_NOT_LAST] = "the last number is left out: i < n",
    [X_NOT_FIRST] = "the first number is left out: i begins at 0",
    [X_OVER_LR] = "divided by lr: multiply",
    [X_OVER_V] = "lr is divided by v: multiply",
    NULL};

/* By how much x[i] moves, with the v that the student has computed. */
static double step_of(const Momentum *t, int mistake, int i) {
    const double v = (double)t->new_v[mistake == X_FIRST_V ? 0 : i];
    const double right = t->lr * v;
    switch (mistake) {
    case X_OLD_V:
        return t->lr * (double)t->v[i];
    case X_BY_G:
        return t->lr * (double)t->g[i];
    case X_NO_LR:
        return v;
    case X_UPHILL:
        return -right;
    case X_STAYS:
        return 0;
    case X_LR_MU:
        return t->lr * t->mu * v;
    case X_ONLY_FIRST:
        return i == 0 ? right : 0;
    case X_NOT_LAST:
        return i < N - 1 ? right : 0;
    case X_NOT_FIRST:
        return i > 0 ? right : 0;
    case X_OVER_LR:
        return v / t->lr;
    case X_OVER_V:
        return t->lr / v;
    default:
        return right;
    }
}

static void new_x(const void *context, int mistake, real *x) {
    const Momentum *t = context;
    for (int i = 0; i < N; i++) {
        const double before = mistake == X_LOST ? 0 : (double)t->x[i];
        x[i] = (real)(before - step_of(t, mistake, i));
    }
}

static void grade_momentum(Grade *g) {
    Rng rng = grade_rng(12);
    const double lr = 0.1, mu = 0.7;
    real *gradient = grade_random(&rng, N), *v = grade_random(&rng, N),
         *x = grade_random(&rng, N), *right_v = grade_zeros(N), *right_x = grade_zeros(N);
    const Momentum t = {lr, mu, gradient, grade_copy(N, v), grade_copy(N, x), v};
    momentum_step(N, (real)lr, (real)mu, gradient, v, x);
    grade_formula(g, "momentum, v after one step", N, v, new_v, &t, v_whys,
                  &(GradeHints){.terms = {{scaled(mu, t.v), "mu v in mu v + g", 1},
                                          {gradient, "g in mu v + g", 1}}});
    grade_formula(g, "momentum, x after one step, with your v", N, x, new_x, &t, x_whys,
                  &(GradeHints){.terms = {{t.x, "x in x - lr v", 1},
                                          {scaled(-lr, v), "- lr v in x - lr v", 1}}});
    v = grade_zeros(N), x = grade_zeros(N);
    for (int step = 0; step < 3; step++) {
        grade_fill(&rng, N, gradient);
        momentum_step(N, (real)lr, (real)mu, gradient, v, x);
        const Momentum right = {lr, mu, gradient, right_v, right_x, right_v};
        new_v(&right, RIGHT, right_v);
        new_x(&right, RIGHT, right_x);
    }
    grade_numbers(g, "momentum, x after three steps", N, x, right_x, NULL);
}

/* ---- Adam ---- */

/* One step from a random state: m, v, and where x goes with them. */
static void grade_state(Grade *g, Rng *rng) {
    const AdamSettings a = {(real)0.2, (real)0.8, (real)0.95, (real)0.1};
    real *m = grade_random(rng, N), *v = grade_random(rng, N), *x = grade_random(rng, N),
         *squares = grade_room(N), *step = grade_room(N);
    const real *gradient = grade_random(rng, N);
    for (int i = 0; i < N; i++) {
        v[i] *= v[i];
        squares[i] = gradient[i] * gradient[i];
    }
    const AdamStep t = {
        a, 3, gradient, grade_copy(N, m), grade_copy(N, v), grade_copy(N, x), m, v};
    adam_step(&a, t.t, N, gradient, m, v, x);
    grade_formula(g, "Adam, m after one step", N, m, adam_means, &t, adam_mean_whys,
                  &(GradeHints){.terms = {{scaled(0.8, t.m), "beta1 m", 1},
                                          {scaled(0.2, gradient), "(1 - beta1) g", 1}}});
    grade_formula(
        g, "Adam, v after one step", N, v, adam_mean_squares, &t, adam_mean_whys,
        &(GradeHints){.terms = {{scaled(0.95, t.v), "beta2 v", 1},
                                {scaled(0.05, squares), "(1 - beta2) g^2", 1}}});
    adam_steps(&t, RIGHT, step);
    grade_formula(
        g, "Adam, x after one step, with your m and v", N, x, adam_x, &t, adam_whys,
        &(GradeHints){.terms = {{t.x, "x in x - lr m' / (sqrt(v') + epsilon)", 1},
                                {step, "the step of x", 1}},
                      .values = adam_values});
}

/* From 0 the first step goes lr g / |g|, whatever g is. */
static void grade_first(Grade *g) {
    const AdamSettings usual = {(real)0.1, (real)0.9, (real)0.999, (real)1e-8};
    real *m = grade_zeros(N), *v = grade_zeros(N), *x = grade_zeros(N), right[N];
    const real *gradient = grade_copy(N, (const real[]){3, -3, 5, -1, 2, 7});
    const AdamStep t = {usual,          1, gradient, grade_zeros(N), grade_zeros(N),
                        grade_zeros(N), m, v};
    adam_step(&usual, 1, N, gradient, m, v, x);
    for (int i = 0; i < N; i++)
        right[i] = (real)(gradient[i] > 0 ? -0.1 : 0.1);
    const GradeHints hints =
        grade_mistakes(N, adam_x, &t, adam_whys, &(GradeHints){.values = adam_values});
    grade_numbers(g, "Adam, first step: x moves by lr", N, x, right, &hints);
    /* Where the gradient was always 0, x stays: 0 / (0 + epsilon). */
    real *still = grade_copy(N, (const real[]){5, -7, 1, 2, 3, 4});
    adam_step(&usual, 1, N, grade_zeros(N), grade_zeros(N), grade_zeros(N), still);
    grade_numbers(g, "Adam, a gradient of 0 moves nothing", N, still,
                  (const real[]){5, -7, 1, 2, 3, 4}, NULL);
}

/* Four steps, epsilon large enough to count. */
static void grade_steps(Grade *g, Rng *rng) {
    const AdamSettings a = {(real)0.2, (real)0.8, (real)0.9, (real)0.1};
    real *x = grade_random(rng, N), *m = grade_zeros(N), *v = grade_zeros(N);
    real *gradient = grade_room(N), right[N];
    double sums[N] = {0}, squares[N] = {0};
    memcpy(right, x, sizeof right);
    for (int t = 1; t <= 4; t++) {
        grade_fill(rng, N, gradient);
        adam_step(&a, t, N, gradient, m, v, x);
        for (int i = 0; i < N; i++) {
            const double dx = (double)gradient[i];
            sums[i] = 0.8 * sums[i] + 0.2 * dx;
            squares[i] = 0.9 * squares[i] + 0.1 * dx * dx;
            const double m_corrected = sums[i] / (1 - pow(0.8, t));
            const double root = sqrt(squares[i] / (1 - pow(0.9, t)));
            right[i] -= (real)(0.2 * m_corrected / (root + 0.1));
        }
    }
    grade_numbers(g, "Adam, x after four steps", N, x, right, NULL);
}

static void grade_adam(Grade *g) {
    Rng rng = grade_rng(13);
    grade_state(g, &rng);
    grade_first(g);
    grade_steps(g, &rng);
}

/* ---- L-BFGS ---- */

/* LbfgsPairs of a valley with the curvatures 1 to 6. */
static LbfgsPairs random_pairs(int n, int pairs, Rng *rng) {
    real *s = grade_random(rng, (size_t)(n * pairs)),
         *y = grade_room((size_t)(n * pairs));
    for (int i = 0; i < n * pairs; i++)
        y[i] = s[i] * (real)(1 + i % n);
    return (LbfgsPairs){n, pairs, s, y, grade_random(rng, (size_t)n)};
}

static void grade_pairs(Grade *g, const char *what, const LbfgsPairs *p, real *a,
                        real *d) {
    lbfgs_direction(p->n, p->pairs, p->s, p->y, p->g, a, d);
    const GradeHints hints = {.values = lbfgs_values};
    grade_formula(g, what, (size_t)p->n, d, lbfgs_formula, p, lbfgs_whys, &hints);
}

static void grade_lbfgs(Grade *g) {
    Rng rng = grade_rng(7);
    real *a = grade_room(PAIRS), *d = grade_room(N);
    LbfgsPairs p = random_pairs(N, PAIRS, &rng);
    lbfgs_direction(N, 0, p.s, p.y, p.g, grade_room(0), d);
    grade_numbers(g, "L-BFGS without pairs: d = -g", N, d, scaled(-1, p.g), NULL);
    grade_pairs(g, "L-BFGS, three pairs", &p, a, d);
    const LbfgsPairs two = random_pairs(N, 2, &rng), one = random_pairs(5, 1, &rng);
    grade_pairs(g, "L-BFGS, two pairs, called on the same memory", &two, a, d);
    grade_pairs(g, "L-BFGS, one pair", &one, grade_room(1), grade_room(5));
    /* H maps the newest y to the newest s, whatever the other pairs are. */
    p.g = p.y + (PAIRS - 1) * N;
    lbfgs_direction(N, PAIRS, p.s, p.y, p.g, a, d);
    const GradeHints hints = grade_mistakes(N, lbfgs_formula, &p, lbfgs_whys,
                                            &(GradeHints){.values = lbfgs_values});
    grade_numbers(g, "L-BFGS, g = y of the newest pair: d = -s", N, d,
                  scaled(-1, p.s + (PAIRS - 1) * N), &hints);
}

static const Part parts[] = {{"momentum_step", 3, grade_momentum},
                             {"adam_step", 6, grade_adam},
                             {"lbfgs_direction", 5, grade_lbfgs},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "12_optimisers", parts);
}
