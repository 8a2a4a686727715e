/* Grades exercise 12: single numbers by hand, where every mistake has a different factor;
 * then random numbers, and L-BFGS against an explicit matrix H. */
#include "lessons/check/grade.h"

#include <math.h>
#include <string.h>

typedef struct AdamSettings {
    real lr, beta1, beta2, epsilon;
} AdamSettings;

void momentum_step(int n, real lr, real mu, const real *g, real *v, real *x);
void adam_step(const AdamSettings *a, int t, int n, const real *g, real *m, real *v,
               real *x);
void lbfgs_direction(int n, int pairs, const real *s, const real *y, const real *g,
                     real *a, real *d);

enum { N = 5, PAIRS = 3 };
static const AdamSettings usual = {(real)0.1, (real)0.9, (real)0.999, (real)1e-8};

static void fill(Rng *rng, int n, real *x) {
    for (int i = 0; i < n; i++)
        x[i] = (real)rng_normal(rng);
}

/* g = 2, then 3, with mu = 1/2: v = 2, then 4, and x goes 0.1 (2 + 4). */
static void grade_momentum(Grade *g) {
    real v = 0, x = 0, gradient = 2;
    momentum_step(1, (real)0.1, (real)0.5, &gradient, &v, &x);
    gradient = 3;
    momentum_step(1, (real)0.1, (real)0.5, &gradient, &v, &x);
    grade_number(
        g, "momentum, x after two steps", (double)x, -0.6,
        &(GradeHints){
            .suspects = {{1.0 / 3, "x moves by the old v: update v first"},
                         {0.5, "(1 - mu) g makes v a mean of the gradients; here "
                               "v = mu v + g, their sum"},
                         {5.0 / 6, "what v held before is forgotten: mu v + g"},
                         {10, "the step length lr is missing"}}});
    grade_number(g, "momentum, v after two steps", (double)v, 4, NULL);
}

/* The first step goes lr g / |g|: 0.1, whatever g is. */
static void grade_first(Grade *g) {
    real m = 0, v = 0, x = 0;
    const real gradient = 3;
    adam_step(&usual, 1, 1, &gradient, &m, &v, &x);
    grade_number(
        g, "Adam, first step: x moves by lr", (double)x, -0.1,
        &(GradeHints){
            .suspects = {
                {0.1 / sqrt(0.001), "the bias correction is missing: m and v start at 0 "
                                    "and are too small at first"},
                {0.1, "m' is m / (1 - beta1^t): its bias correction is missing"},
                {1 / sqrt(0.001), "v' is v / (1 - beta2^t): its bias correction is "
                                  "missing"},
                {10, "m is a mean: 1 - beta1 in front of g is missing"},
                {sqrt(0.001), "v is a mean: 1 - beta2 in front of g^2 is missing"},
                {1.0 / 3, "m' / v' without the root: x moves by lr sign(g) only when the "
                          "root of v' has the unit of g"}}});
}

/* g = 3, then -1. With t = 1 in both corrections the second step is too long. */
static void grade_second(Grade *g) {
    real m = (real)0.3, v = (real)0.009, x = 0;
    const real gradient = -1;
    const double m2 = 0.17, v2 = 0.999 * 0.009 + 0.001;
    const double right = 0.1 * (m2 / 0.19) / (sqrt(v2 / 0.001999) + 1e-8);
    const double stuck = 0.1 * (m2 / 0.1) / (sqrt(v2 / 0.001) + 1e-8);
    adam_step(&usual, 2, 1, &gradient, &m, &v, &x);
    grade_number(g, "Adam, second step", (double)x, -right,
                 &(GradeHints){.suspects = {{stuck / right, "corrected as if t were "
                                                            "always 1: beta^t"}}});
    grade_number(g, "Adam, m after it", (double)m, m2, NULL);
    grade_number(g, "Adam, v after it", (double)v, v2, NULL);
}

/* Where the gradient was always 0, x stays: 0 / (0 + epsilon). */
static void grade_still(Grade *g) {
    real *m = grade_zeros(2), *v = grade_zeros(2);
    real *x = grade_copy(2, (const real[]){5, -7});
    adam_step(&usual, 1, 2, grade_zeros(2), m, v, x);
    grade_numbers(g, "Adam, a gradient of 0 moves nothing", 2, x, (const real[]){5, -7},
                  NULL);
}

/* Five numbers, three steps, epsilon large enough to count. */
static void grade_adam(Grade *g) {
    const AdamSettings a = {(real)0.2, (real)0.8, (real)0.9, (real)0.1};
    real *x = grade_room(N), *m = grade_zeros(N), *v = grade_zeros(N);
    real *gradient = grade_room(N), right[N];
    double means[N] = {0}, squares[N] = {0};
    Rng rng = rng_seed(12);
    fill(&rng, N, x);
    memcpy(right, x, sizeof right);
    for (int t = 1; t <= 3; t++) {
        fill(&rng, N, gradient);
        adam_step(&a, t, N, gradient, m, v, x);
        for (int i = 0; i < N; i++) {
            const double dx = (double)gradient[i];
            means[i] = 0.8 * means[i] + 0.2 * dx;
            squares[i] = 0.9 * squares[i] + 0.1 * dx * dx;
            const double mean = means[i] / (1 - pow(0.8, t));
            const double root = sqrt(squares[i] / (1 - pow(0.9, t)));
            right[i] -= (real)(0.2 * mean / (root + 0.1));
        }
    }
    grade_numbers(g, "Adam, five numbers after three steps", N, x, right, NULL);
}

typedef struct Pairs {
    real s[PAIRS * N], y[PAIRS * N], g[N];
} Pairs;

/* H = (I - r s y^T) H (I - r y s^T) + r s s^T with r = 1 / (s . y), for one pair. */
static void learn(double h[N][N], const real *s, const real *y) {
    double sy = 0, hy[N] = {0}, yhy = 0;
    for (int i = 0; i < N; i++) {
        sy += (double)(s[i] * y[i]);
        for (int j = 0; j < N; j++)
            hy[i] += h[i][j] * (double)y[j];
    }
    for (int i = 0; i < N; i++)
        yhy += (double)y[i] * hy[i];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            h[i][j] += (double)(s[i] * s[j]) * (1 + yhy / sy) / sy -
                       (hy[i] * (double)s[j] + (double)s[i] * hy[j]) / sy;
}

/* d = -H g, with the pairs taken in this order, starting from the h of one of them. */
static double multiply(const Pairs *p, bool backwards, int scale, real *d) {
    double h[N][N] = {{0}}, sy = 0, yy = 0, sum = 0;
    for (int i = 0; i < N; i++) {
        sy += (double)(p->s[scale * N + i] * p->y[scale * N + i]);
        yy += (double)(p->y[scale * N + i] * p->y[scale * N + i]);
    }
    for (int i = 0; i < N; i++)
        h[i][i] = sy / yy;
    for (int k = 0; k < PAIRS; k++) {
        const int row = backwards ? PAIRS - 1 - k : k;
        learn(h, p->s + row * N, p->y + row * N);
    }
    for (int i = 0; i < N; i++) {
        double di = 0;
        for (int j = 0; j < N; j++)
            di -= h[i][j] * (double)p->g[j];
        d[i] = (real)di;
        sum += di * (double)p->g[i];
    }
    return sum;
}

static void grade_one_pair(Grade *g) {
    const real s[] = {1, 0, 0}, y[] = {2, 0, 0}, across[] = {0, 0, 3};
    real *a = grade_room(1), *d = grade_room(3);
    lbfgs_direction(3, 0, s, y, across, a, d);
    grade_numbers(g, "L-BFGS without pairs: d = -g", 3, d, (const real[]){0, 0, -3},
                  NULL);
    lbfgs_direction(3, 1, s, y, across, a, d);
    grade_number(
        g, "L-BFGS, g at right angles to the only pair: d = -h g", (double)d[2], -1.5,
        &(GradeHints){.suspects = {{2, "the scale h is missing between the loops"},
                                   {4, "h is upside down: it is (s . y) / (y . y)"}}});
    lbfgs_direction(3, 1, s, y, y, a, d);
    grade_numbers(g, "L-BFGS, g = y of the only pair: d = -s", 3, d,
                  (const real[]){-1, 0, 0}, NULL);
}

static void grade_pairs(Grade *g) {
    Pairs p = {0};
    real *d = grade_room(N), right[N], other[N];
    Rng rng = rng_seed(7);
    fill(&rng, PAIRS * N, p.s);
    fill(&rng, N, p.g);
    for (int i = 0; i < PAIRS * N; i++) /* of the valley with curvatures 1 to 5 */
        p.y[i] = p.s[i] * (real)(1 + i % N);
    const double along = multiply(&p, false, PAIRS - 1, right);
    const double exchanged = multiply(&p, true, PAIRS - 1, other) / along;
    const double oldest = multiply(&p, false, 0, other) / along;
    double got = 0;
    lbfgs_direction(N, PAIRS, grade_copy(PAIRS * N, p.s), grade_copy(PAIRS * N, p.y),
                    grade_copy(N, p.g), grade_room(PAIRS), d);
    for (int i = 0; i < N; i++)
        got += (double)(d[i] * p.g[i]);
    grade_number(
        g, "L-BFGS, three pairs: g . d", got, along,
        &(GradeHints){.suspects = {{exchanged, "the two loops are exchanged: the first "
                                               "begins with the newest pair"},
                                   {oldest, "this is h of the oldest pair; row "
                                            "pairs - 1 is the newest"}}});
    grade_numbers(g, "L-BFGS, three pairs: d", N, d, right, NULL);
}

static void grade(Grade *g) {
    grade_momentum(g);
    grade_first(g);
    grade_second(g);
    grade_still(g);
    grade_adam(g);
    grade_one_pair(g);
    grade_pairs(g);
}

int main(void) {
    return grade_run("12_optimisers", grade);
}
