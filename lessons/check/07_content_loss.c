/* Grades exercise 07: losses of several pairs of features, and gradients, one of them
 * against differences. */
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"

#include <math.h>

enum { N = 3, M = 7, PAIRS = 8 };

/* ---- content_loss ---- */

typedef struct Pair {
    int n, m;
    const real *f, *p;
} Pair;

enum {
    RIGHT,
    PLUS,
    ABSOLUTE,
    NO_P,
    NO_F,
    PRODUCTS,
    FIRST_ROW,
    FIRST_COLUMN,
    LAST_ONLY,
    FIRST_OUT,
    LAST_OUT,
    ROOT,
    ROOT_OF_HALF,
    SQUARED_LATE,
    STATIC,
    TURNED,
    SQUARES_SUBTRACTED,
    FIRST_P,
    FIRST_F,
    NOT_SQUARED
};

static const char *const loss_whys[] = {
    [RIGHT] = "",
    [PLUS] = "f + p where f - p belongs",
    [ABSOLUTE] = "absolute values where squares belong",
    [NO_P] = "p is not subtracted",
    [NO_F] = "f is missing: (f - p)^2",
    [PRODUCTS] = "the products f p are added up: squares of f - p are wanted",
    [FIRST_ROW] = "only the first row is added up: there are N M numbers",
    [FIRST_COLUMN] = "only M of the first column: there are N M numbers",
    [LAST_ONLY] = "only the last number counts: += is missing in the sum",
    [FIRST_OUT] = "the first number is left out: i begins at 0",
    [LAST_OUT] = "the last number is left out: i < N M",
    [ROOT] = "the root of the sum: the loss is the sum itself",
    [ROOT_OF_HALF] = "the root of half the sum: the loss is the sum itself",
    [SQUARED_LATE] =
        "the differences are added up and then squared: square each, then add",
    [STATIC] = "the loss of the call before is still in it: the sum begins at 0",
    [TURNED] = "the sign is turned: a square adds to the loss",
    [SQUARES_SUBTRACTED] = "f^2 - p^2 where (f - p)^2 belongs",
    [FIRST_P] = "only p[0] is subtracted, for every number: p[i]",
    [FIRST_F] = "only f[0] is taken, for every number: f[i]",
    [NOT_SQUARED] = "the differences are added up without their squares",
    NULL};

static double term(const Pair *t, int mistake, int i) {
    const double f = (double)t->f[mistake == FIRST_F ? 0 : i];
    const double p = (double)t->p[mistake == FIRST_P ? 0 : i], d = f - p;
    switch (mistake) {
    case PLUS:
        return (f + p) * (f + p);
    case ABSOLUTE:
        return fabs(d);
    case NO_P:
        return f * f;
    case NO_F:
        return p * p;
    case PRODUCTS:
        return 2 * f * p;
    case SQUARED_LATE:
    case NOT_SQUARED:
        return d;
    case TURNED:
        return -d * d;
    case SQUARES_SUBTRACTED:
        return f * f - p * p;
    default:
        return d * d;
    }
}

/* The numbers that are added up are those from first to end - 1. */
static double loss_of(const Pair *t, int mistake) {
    const int all = t->n * t->m;
    int first = 0, end = all;
    if (mistake == FIRST_OUT) first = 1;
    if (mistake == LAST_ONLY) first = all - 1;
    if (mistake == LAST_OUT) end = all - 1;
    if (mistake == FIRST_ROW) end = t->m;
    if (mistake == FIRST_COLUMN) end = t->n;
    double sum = 0;
    for (int i = first; i < end; i++)
        sum += term(t, mistake, i);
    if (mistake == SQUARED_LATE) sum *= sum;
    if (mistake == ROOT) return sqrt(sum);
    if (mistake == ROOT_OF_HALF) return sqrt(sum / 2);
    return sum / 2;
}

static void losses(const void *context, int mistake, real *loss) {
    const Pair *pair = context;
    double all = 0;
    for (int k = 0; k < PAIRS; k++) {
        const double one = loss_of(&pair[k], mistake);
        all += one;
        loss[k] = (real)(mistake == STATIC ? all : one);
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

enum {
    BACK_NO_DJ = 1,
    BACK_PLUS,
    BACK_NO_P,
    BACK_SIGN,
    BACK_SQUARED,
    BACK_FIRST_P,
    BACK_FIRST_F,
    BACK_ASSIGNED,
    BACK_FIRST_OUT,
    BACK_LAST_OUT,
    BACK_FIRST_ROW,
    BACK_N_NUMBERS,
    BACK_OVER_DJ,
    BACK_DJ_SQUARED,
    BACK_DJ_ADDED,
    BACK_WHOLE_NUMBER
};

static const char *const gradient_whys[] = {
    [RIGHT] = "",
    [BACK_NO_DJ] = "the chain rule: what comes from above is handed on, times dj",
    [BACK_PLUS] = "f + p where f - p belongs",
    [BACK_NO_P] = "p is not subtracted",
    [BACK_SIGN] = "the sign alone is left: that is the gradient of |f - p|",
    [BACK_SQUARED] = "the square is added: its derivative is f - p",
    [BACK_FIRST_P] = "only p[0] is subtracted, for every number: p[i]",
    [BACK_FIRST_F] = "only f[0] is taken, for every number: f[i]",
    [BACK_ASSIGNED] = "missing +=: the right numbers, but what was there before is lost; "
                      "= stands where += belongs",
    [BACK_FIRST_OUT] = "the first number is left out: i begins at 0",
    [BACK_LAST_OUT] = "the last number is left out: i < N M",
    [BACK_FIRST_ROW] = "only the first row gets something: there are N M numbers",
    [BACK_N_NUMBERS] = "only N numbers get something: there are N M numbers",
    [BACK_OVER_DJ] = "divided by dj: multiply",
    [BACK_DJ_SQUARED] = "dj^2 where dj belongs",
    [BACK_DJ_ADDED] = "dj is added, not multiplied with",
    [BACK_WHOLE_NUMBER] = "a whole number is made of it",
    NULL};

/* Whether number i gets something. */
static bool pulled(const Pair *t, int mistake, int i) {
    switch (mistake) {
    case BACK_FIRST_OUT:
        return i > 0;
    case BACK_LAST_OUT:
        return i < t->n * t->m - 1;
    case BACK_FIRST_ROW:
        return i < t->m;
    case BACK_N_NUMBERS:
        return i < t->n;
    default:
        return true;
    }
}

/* What number i gets. */
static double pull_of(const Pull *t, int mistake, int i) {
    const double f = (double)t->pair.f[mistake == BACK_FIRST_F ? 0 : i];
    const double p = (double)t->pair.p[mistake == BACK_FIRST_P ? 0 : i];
    const double dj = t->dj, right = dj * (f - p);
    switch (mistake) {
    case BACK_NO_DJ:
        return f - p;
    case BACK_PLUS:
        return dj * (f + p);
    case BACK_NO_P:
        return dj * f;
    case BACK_SIGN:
        return dj * (double)((f > p) - (f < p));
    case BACK_SQUARED:
        return dj * (f - p) * (f - p);
    case BACK_ASSIGNED:
        return t->before ? right - (double)t->before[i] : right;
    case BACK_OVER_DJ:
        return (f - p) / dj;
    case BACK_DJ_SQUARED:
        return right * dj;
    case BACK_DJ_ADDED:
        return dj + f - p;
    case BACK_WHOLE_NUMBER:
        return (double)(int)right;
    default:
        return right;
    }
}

static void pulls(const void *context, int mistake, real *df) {
    const Pull *t = context;
    for (int i = 0; i < t->pair.n * t->pair.m; i++)
        df[i] = pulled(&t->pair, mistake, i) ? (real)pull_of(t, mistake, i) : 0;
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
    return loss_of(context, RIGHT);
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
