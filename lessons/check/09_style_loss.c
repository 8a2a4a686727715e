/* Grades exercise 09: losses of several paintings, gradients against differences, and so
 * many positions that 4 N^2 M^2 is more than an int holds. */
#include "lessons/check/grade.h"

#include <math.h>

/* The exercise. */
double style_loss(int N, int M, const real *f, const real *a, real *g);
void style_loss_backward(int N, int M, const real *f, const real *a, real *g, real *df);

enum { N = 5, M = 24, PAINTINGS = 8 };

typedef struct Painting {
    int n, m;
    const real *f, *a, *before; /* before: in df */
} Painting;

static size_t size_of(const Painting *t) {
    return (size_t)(t->n * t->m);
}

/* G_ij of the features. */
static double gram_of(const Painting *t, int i, int j) {
    double sum = 0;
    for (int k = 0; k < t->m; k++)
        sum += (double)t->f[i * t->m + k] * (double)t->f[j * t->m + k];
    return sum;
}

static Painting random_painting(int n, int m, Rng *rng) {
    real *a = grade_zeros((size_t)(n * n));
    const real *f = grade_random(rng, (size_t)(n * m)),
               *other = grade_random(rng, (size_t)(n * m));
    const Painting seen = {n, m, other, NULL, NULL};
    for (int e = 0; e < n * n; e++)
        a[e] = (real)gram_of(&seen, e / n, e % n);
    return (Painting){n, m, f, a, NULL};
}

/* ---- style_loss ---- */

static const char *const loss_whys[] = {
    "",
    "A is not subtracted",
    "G + A where G - A belongs",
    "absolute values where squares belong",
    "the differences are added up without their squares",
    "only the first row of G is added up: it has N N numbers",
    "the first number of G is left out: i begins at 0",
    "the last number of G is left out: i < N N",
    "only the last number of G counts: += is missing in the sum",
    "the root of the sum: E is the sum itself",
    "the loss of the call before is still in it: the sum begins at 0",
    "only the diagonal is added up: it is over all i and j",
    "G is missing: (G - A)^2",
    "the squares are taken off",
    "G^2 - A^2 where (G - A)^2 belongs",
    "the products of G and A are added up: squares of G - A are wanted",
    "only A[0] is subtracted, for every number: a[i]",
    NULL};

static double share_of(const Painting *t, int mistake, int e) {
    const double g = gram_of(t, e / t->n, e % t->n);
    const double a = (double)t->a[mistake == 16 ? 0 : e], d = g - a;
    switch (mistake) {
    case 1:
        return g * g;
    case 2:
        return (g + a) * (g + a);
    case 3:
        return fabs(d);
    case 4:
        return d;
    case 12:
        return a * a;
    case 13:
        return -d * d;
    case 14:
        return g * g - a * a;
    case 15:
        return g * a;
    default:
        return d * d;
    }
}

static double loss_of(const Painting *t, int mistake) {
    const double n = t->n, m = t->m, unit = 1 / (4 * n * n * m * m);
    const int all = mistake == 5 ? t->n : t->n * t->n;
    double sum = 0;
    for (int e = mistake == 6; e < all - (mistake == 7); e++) {
        const double share = share_of(t, mistake, e);
        if (mistake == 11 && e / t->n != e % t->n) continue;
        sum = mistake == 8 ? share : sum + share;
    }
    return mistake == 9 ? sqrt(sum) * unit : sum * unit;
}

static void losses(const void *context, int mistake, real *loss) {
    const Painting *t = context;
    double all = 0;
    for (int k = 0; k < PAINTINGS; k++) {
        const double one = loss_of(&t[k], mistake);
        all += one;
        loss[k] = (real)(mistake == 10 ? all : one);
    }
}

/* F and A are given by few numbers: row i of F is f_i everywhere, so G_ij = M f_i f_j,
 * and with A = 0, E = M^2 (sum f_i^2)^2 / (4 N^2 M^2) = (sum f_i^2)^2 / (4 N^2), here (1
 * + 4 + 9)^2 / 36. M^2 is 50000^2 = 2.5e9, beyond the largest int. By F_ik it is sum_j M
 * f_i f_j f_j / (N^2 M^2) = f_i (sum f_j^2) / (N^2 M). */
enum { ROWS = 3, LARGE = 50000 };

static real *large_features(void) {
    real *f = grade_room(ROWS * LARGE);
    for (int i = 0; i < ROWS * LARGE; i++)
        f[i] = (real)(1 + i / LARGE);
    return f;
}

static void grade_losses(Grade *g) {
    static const char *const term_names[] = {"in (G - A)^2 = G^2 - 2 G A + A^2, G^2",
                                             "in (G - A)^2 = G^2 - 2 G A + A^2, - 2 G A",
                                             "in (G - A)^2 = G^2 - 2 G A + A^2, A^2"};
    Rng rng = grade_rng(9);
    Painting t[PAINTINGS];
    real *got = grade_room(PAINTINGS), *terms[3], *g_room = grade_room(N * N);
    GradeHints hints = {
        .channels = N,
        .positions = M,
        .suspects = {{4, "the convention of CS231n, which has no 4"},
                     {4.0 * N * N * M * M,
                      "1 / (4 N^2 M^2) is missing, the formula of document 002"},
                     {4.0 * M * M, "the mean of the squares, the code of document 000"},
                     {4.0 / (N * N), "Gram / (N M) and then the mean, as many programs "
                                     "do"}}};
    for (int k = 0; k < 3; k++)
        terms[k] = grade_zeros(PAINTINGS);
    for (int k = 0; k < PAINTINGS; k++) {
        t[k] = random_painting(N, M, &rng);
        /* g is room only, the same for all: what is in it comes from another painting. */
        got[k] = (real)style_loss(N, M, t[k].f, t[k].a, g_room);
        for (int e = 0; e < N * N; e++) {
            const double a = (double)t[k].a[e], b = gram_of(&t[k], e / N, e % N);
            const double unit = 1 / (4.0 * N * N * M * M);
            terms[0][k] += (real)(unit * b * b);
            terms[1][k] -= (real)(unit * 2 * a * b);
            terms[2][k] += (real)(unit * a * a);
        }
    }
    for (int k = 0; k < 3; k++)
        hints.terms[k] = (SumTerm){terms[k], term_names[k], 1};
    grade_formula(g, "style_loss of eight paintings", PAINTINGS, got, losses, t,
                  loss_whys, &hints);
    /* G = 9/4 and A = 1: (5/4)^2 / 4. */
    const real *half_of_three = grade_copy(1, (const real[]){1.5}),
               *one = grade_copy(1, (const real[]){1});
    grade_number(g, "style_loss of one channel, one position",
                 style_loss(1, 1, half_of_three, one, grade_room(1)), 25.0 / 64, NULL);
    const real *large = large_features();
    grade_number(
        g, "style_loss of 50000 positions",
        style_loss(ROWS, LARGE, large, grade_zeros(ROWS * ROWS), grade_room(ROWS * ROWS)),
        14.0 * 14 / 36, NULL);
}

/* ---- style_loss_backward ---- */

static const char *const back_whys[] = {
    "",
    "F_jk is wanted, the other row: here it is F_ik",
    "A is not subtracted",
    "G + A where G - A belongs",
    "G is missing: G - A",
    "only the diagonal of G - A is used",
    "only the first j is used: the sum is over all j",
    "only the last j counts: += is missing in the sum",
    "missing +=: the right numbers, but what was there before is lost; = stands where += "
    "belongs",
    "the first j is left out: it begins at 0",
    "the last j is left out: j < N",
    "the first position is left out: k begins at 0",
    "the last position is left out: k < M",
    "the first row is left out: i begins at 0",
    "the last row is left out: i < N",
    "F is missing: (G - A) F",
    "only A[0] is subtracted, for every number: a[i * N + j]",
    "(G - A)^2 where G - A belongs: this is the derivative",
    "G - A and F_jk are added: multiply",
    "(G - A) is divided by F_jk: multiply",
    NULL};

static double pull(const Painting *t, int mistake, int i, int k) {
    const double n = t->n, m = t->m, unit = 1 / (n * n * m * m);
    double sum = 0;
    for (int j = mistake == 9; j < t->n - (mistake == 10); j++) {
        const double g = gram_of(t, i, j),
                     a = (double)t->a[mistake == 16 ? 0 : i * t->n + j];
        const double f = (double)t->f[(mistake == 1 ? i : j) * t->m + k];
        double share = (g - a) * f;
        if (mistake == 2) share = g * f;
        if (mistake == 3) share = (g + a) * f;
        if (mistake == 4) share = -a * f;
        if ((mistake == 5 && j != i) || (mistake == 6 && j)) share = 0;
        if (mistake == 15) share = g - a;
        if (mistake == 17) share = (g - a) * (g - a) * f;
        if (mistake == 18) share = g - a + f;
        if (mistake == 19) share = (g - a) / f;
        sum = mistake == 7 ? share : sum + share;
    }
    if ((mistake == 11 && k == 0) || (mistake == 12 && k == t->m - 1) ||
        (mistake == 13 && i == 0) || (mistake == 14 && i == t->n - 1))
        return 0;
    if (mistake == 8 && t->before) return sum * unit - (double)t->before[i * t->m + k];
    return sum * unit;
}

static void back(const void *context, int mistake, real *df) {
    const Painting *t = context;
    for (int e = 0; e < t->n * t->m; e++)
        df[e] = (real)pull(t, mistake, e / t->m, e % t->m);
}

static GradeHints back_hints(const Painting *t) {
    const double nn = t->n * t->n, mm = (double)t->m * t->m;
    real *gf = grade_zeros(size_of(t)), *af = grade_zeros(size_of(t));
    for (int e = 0; e < t->n * t->m; e++) {
        gf[e] = (real)pull(t, 2, e / t->m, e % t->m);
        af[e] = (real)pull(t, 4, e / t->m, e % t->m);
    }
    return (GradeHints){
        .channels = t->n,
        .positions = t->m,
        .rows = t->n,
        .columns = t->m,
        .before = t->before,
        .suspects = {{0.5, "F stands in G_ij twice, for i and for j: both indices count"},
                     {nn * mm, "1 / (N^2 M^2) is missing"},
                     {nn * mm * nn * mm, "multiplied by N^2 M^2: divide"}},
        .terms = {{gf, "G F in (G - A) F", 1}, {af, "- A F in (G - A) F", 1}}};
}

/* The right loss at the present features. */
static double right_loss(void *context) {
    return loss_of(context, 0);
}

static void grade_backward(Grade *g) {
    Rng rng = grade_rng(90);
    Painting t = random_painting(N, M, &rng);
    real *f = grade_copy(N * M, t.f), *df = grade_zeros(N * M);
    real *room = grade_room(N * N);
    t.f = f;
    style_loss_backward(N, M, f, t.a, room, df);
    GradeHints hints = back_hints(&t);
    hints = grade_mistakes(N * M, back, &t, back_whys, &hints);
    grade_gradient(g, "style_loss_backward, against differences", N * M, f, right_loss,
                   &t, df, &hints);
    /* g holds what the painting before has left. */
    t = random_painting(N, M, &rng);
    df = grade_random(&rng, N * M);
    for (int i = 0; i < N * M; i++)
        df[i] /= 100; /* about as large as what is added */
    t.before = grade_copy(N * M, df);
    style_loss_backward(N, M, t.f, t.a, room, df);
    hints = back_hints(&t);
    grade_formula(g, "where there was something before, in df and in g", N * M, df, back,
                  &t, back_whys, &hints);
    t = random_painting(3, 7, &rng);
    df = grade_zeros(21);
    style_loss_backward(3, 7, t.f, t.a, grade_room(9), df);
    hints = back_hints(&t);
    grade_formula(g, "3 channels, 7 positions", 21, df, back, &t, back_whys, &hints);
    const real *large = large_features();
    real *dl = grade_zeros(ROWS * LARGE), right[ROWS];
    style_loss_backward(ROWS, LARGE, large, grade_zeros(ROWS * ROWS),
                        grade_room(ROWS * ROWS), dl);
    for (int i = 0; i < ROWS; i++)
        right[i] = (real)((1 + i) * 14 / (9.0 * LARGE));
    grade_numbers(g, "style_loss_backward of 50000 positions", ROWS,
                  (const real[]){dl[0], dl[LARGE], dl[3 * LARGE - 1]}, right, NULL);
}

static const Part parts[] = {{"style_loss", 3, grade_losses},
                             {"style_loss_backward", 4, grade_backward},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "09_style_loss", parts);
}
