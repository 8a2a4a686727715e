/* Grades exercise 07: losses of several pairs of features, and gradients, one of them
 * against differences. */
#include "lessons/check/grade.h"

#include <math.h>

double content_loss(int channels, int positions, const real *f, const real *p);
void content_loss_backward(int channels, int positions, const real *f, const real *p,
                           double dj, real *df);

enum { N = 3, M = 7, PAIRS = 8 };

/* ---- content_loss ---- */

typedef struct Pair {
    int n, m;
    const real *f, *p;
} Pair;

static const char *const loss_whys[] = {
    "",
    "f + p where f - p belongs",
    "absolute values where squares belong",
    "p is not subtracted",
    "f is missing: (f - p)^2",
    "the products f p are added up: squares of f - p are wanted",
    "only the first row is added up: there are N M numbers",
    "only M of the first column: there are N M numbers",
    "only the last number counts: += is missing in the sum",
    "the first number is left out: i begins at 0",
    "the last number is left out: i < N M",
    "the root of the sum: the loss is the sum itself",
    "the root of half the sum: the loss is the sum itself",
    "the differences are added up and then squared: square each, then add",
    "the loss of the call before is still in it: the sum begins at 0",
    "the sign is turned: a square adds to the loss",
    "f^2 - p^2 where (f - p)^2 belongs",
    "only p[0] is subtracted, for every number: p[i]",
    "only f[0] is taken, for every number: f[i]",
    "the differences are added up without their squares",
    NULL};

static double term(const Pair *t, int mistake, int i) {
    const double f = (double)t->f[mistake == 18 ? 0 : i];
    const double p = (double)t->p[mistake == 17 ? 0 : i], d = f - p;
    switch (mistake) {
    case 1:
        return (f + p) * (f + p);
    case 2:
        return fabs(d);
    case 3:
        return f * f;
    case 4:
        return p * p;
    case 5:
        return 2 * f * p;
    case 13:
    case 19:
        return d;
    case 15:
        return -d * d;
    case 16:
        return f * f - p * p;
    default:
        return d * d;
    }
}

static double loss_of(const Pair *t, int mistake) {
    const int all = t->n * t->m;
    const int end = mistake == 6 ? t->m : mistake == 7 ? t->n : all - (mistake == 10);
    double sum = 0;
    for (int i = mistake == 8 ? all - 1 : mistake == 9; i < end; i++)
        sum += term(t, mistake, i);
    if (mistake == 13) sum *= sum;
    if (mistake == 11) return sqrt(sum);
    if (mistake == 12) return sqrt(sum / 2);
    return sum / 2;
}

static void losses(const void *context, int mistake, real *loss) {
    const Pair *pair = context;
    double all = 0;
    for (int k = 0; k < PAIRS; k++) {
        const double one = loss_of(&pair[k], mistake);
        all += one;
        loss[k] = (real)(mistake == 14 ? all : one);
    }
}

static Pair pair_of(int n, int m, Rng *rng) {
    const size_t all = (size_t)(n * m);
    return (Pair){n, m, grade_random(rng, all), grade_random(rng, all)};
}

static void grade_losses(Grade *g) {
    Rng rng = grade_rng(7);
    Pair pairs[PAIRS];
    real *got = grade_room(PAIRS), *ff = grade_zeros(PAIRS), *fp = grade_zeros(PAIRS),
         *pp = grade_zeros(PAIRS);
    for (int k = 0; k < PAIRS; k++) {
        pairs[k] = pair_of(N, M, &rng);
        got[k] = (real)content_loss(N, M, pairs[k].f, pairs[k].p);
        for (int i = 0; i < N * M; i++) {
            ff[k] += pairs[k].f[i] * pairs[k].f[i] / 2;
            fp[k] -= pairs[k].f[i] * pairs[k].p[i];
            pp[k] += pairs[k].p[i] * pairs[k].p[i] / 2;
        }
    }
    grade_formula(g, "J of eight pairs", PAIRS, got, losses, pairs, loss_whys,
                  &(GradeHints){.channels = N,
                                .positions = M,
                                .terms = {{ff, "in 1/2 f^2 - f p + 1/2 p^2, f^2", 1},
                                          {fp, "in 1/2 f^2 - f p + 1/2 p^2, - f p", 1},
                                          {pp, "in 1/2 f^2 - f p + 1/2 p^2, p^2", 1}}});
    /* (5 - 1)^2 / 2; equal features; none at all. */
    const real *five = grade_copy(1, (const real[]){5}),
               *one = grade_copy(1, (const real[]){1}), *none = grade_room(0);
    grade_numbers(g, "J of 5 and 1, of equal features, and without any", 3,
                  (const real[]){(real)content_loss(1, 1, five, one),
                                 (real)content_loss(N, M, pairs[0].f, pairs[0].f),
                                 (real)content_loss(0, 0, none, none)},
                  (const real[]){8, 0, 0}, NULL);
}

/* ---- content_loss_backward ---- */

typedef struct Pull {
    Pair pair;
    double dj;
    const real *before;
} Pull;

static const char *const gradient_whys[] = {
    "",
    "the chain rule: what comes from above is handed on, times dj",
    "f + p where f - p belongs",
    "p is not subtracted",
    "the sign alone is left: that is the gradient of |f - p|",
    "the square is added: its derivative is f - p",
    "only p[0] is subtracted, for every number: p[i]",
    "only f[0] is taken, for every number: f[i]",
    "missing +=: the right numbers, but what was there before is lost; = stands where += "
    "belongs",
    "the first number is left out: i begins at 0",
    "the last number is left out: i < N M",
    "only the first row gets something: there are N M numbers",
    "only N numbers get something: there are N M numbers",
    "divided by dj: multiply",
    "dj^2 where dj belongs",
    "dj is added, not multiplied with",
    "a whole number is made of it",
    NULL};

static void pulls(const void *context, int mistake, real *df) {
    const Pull *t = context;
    for (int i = 0; i < t->pair.n * t->pair.m; i++) {
        const double f = (double)t->pair.f[mistake == 7 ? 0 : i];
        const double p = (double)t->pair.p[mistake == 6 ? 0 : i];
        double pull = t->dj * (f - p);
        if (mistake == 1) pull = f - p;
        if (mistake == 2) pull = t->dj * (f + p);
        if (mistake == 3) pull = t->dj * f;
        if (mistake == 4) pull = t->dj * (double)((f > p) - (f < p));
        if (mistake == 5) pull = t->dj * (f - p) * (f - p);
        if (mistake == 8 && t->before) pull -= (double)t->before[i];
        if (mistake == 13) pull = (f - p) / t->dj;
        if (mistake == 14) pull *= t->dj;
        if (mistake == 15) pull = t->dj + f - p;
        if (mistake == 16) pull = (double)(int)pull;
        if ((mistake == 9 && i == 0) ||
            (mistake == 10 && i == t->pair.n * t->pair.m - 1) ||
            (mistake == 11 && i >= t->pair.m) || (mistake == 12 && i >= t->pair.n))
            pull = 0;
        df[i] = (real)pull;
    }
}

static void grade_pull(Grade *g, const char *what, const Pull *t) {
    const size_t all = (size_t)(t->pair.n * t->pair.m);
    real *df = t->before ? grade_copy(all, t->before) : grade_zeros(all);
    real *f = grade_room(all), *p = grade_room(all);
    for (size_t i = 0; i < all; i++) {
        f[i] = (real)t->dj * t->pair.f[i];
        p[i] = -(real)t->dj * t->pair.p[i];
    }
    content_loss_backward(t->pair.n, t->pair.m, t->pair.f, t->pair.p, t->dj, df);
    grade_formula(
        g, what, all, df, pulls, t, gradient_whys,
        &(GradeHints){.channels = t->pair.n,
                      .positions = t->pair.m,
                      .rows = t->pair.n,
                      .columns = t->pair.m,
                      .before = t->before,
                      .terms = {{f, "f in dj (f - p)", 1}, {p, "- p in dj (f - p)", 1}}});
}

static double right_loss(void *context) {
    return loss_of(context, 0);
}

static void grade_pulls(Grade *g) {
    Rng rng = grade_rng(70);
    Pair pair = pair_of(N, M, &rng);
    real *x = grade_copy(N * M, pair.f), *df = grade_zeros(N * M);
    pair.f = x;
    const Pull one = {pair, 1, NULL};
    const GradeHints shape = {.channels = N, .positions = M, .rows = N, .columns = M};
    content_loss_backward(N, M, x, pair.p, 1, df);
    const GradeHints hints = grade_mistakes(N * M, pulls, &one, gradient_whys, &shape);
    grade_gradient(g, "df for dj = 1, against differences", N * M, x, right_loss, &pair,
                   df, &hints);
    grade_pull(g, "df for dj = 0.7", &(Pull){pair, 0.7, NULL});
    grade_pull(g, "df for dj = -2, where there was something before",
               &(Pull){pair_of(5, 6, &rng), -2, grade_random(&rng, 30)});
}

static const Part parts[] = {{"content_loss", 2, grade_losses},
                             {"content_loss_backward", 3, grade_pulls},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "07_content_loss", parts);
}
