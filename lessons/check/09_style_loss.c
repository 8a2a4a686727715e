/* Grades exercise 09: losses of several paintings, gradients against differences, and so
 * many positions that 4 N^2 M^2 is more than an int holds. */
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"

#include <math.h>

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

enum {
    RIGHT,
    NO_A,
    PLUS,
    ABSOLUTE,
    NOT_SQUARED,
    FIRST_ROW,
    FIRST_OUT,
    LAST_OUT,
    LAST_ONLY,
    ROOT,
    STATIC,
    DIAGONAL,
    NO_G,
    TAKEN_OFF,
    SQUARES_SUBTRACTED,
    PRODUCTS,
    FIRST_A
};

static const char *const loss_whys[] = {
    [RIGHT] = "",
    [NO_A] = "A is not subtracted",
    [PLUS] = "G + A where G - A belongs",
    [ABSOLUTE] = "absolute values where squares belong",
    [NOT_SQUARED] = "the differences are added up without their squares",
    [FIRST_ROW] = "only the first row of G is added up: it has N N numbers",
    [FIRST_OUT] = "the first number of G is left out: i begins at 0",
    [LAST_OUT] = "the last number of G is left out: i < N N",
    [LAST_ONLY] = "only the last number of G counts: += is missing in the sum",
    [ROOT] = "the root of the sum: E is the sum itself",
    [STATIC] = "the loss of the call before is still in it: the sum begins at 0",
    [DIAGONAL] = "only the diagonal is added up: it is over all i and j",
    [NO_G] = "G is missing: (G - A)^2",
    [TAKEN_OFF] = "the squares are taken off",
    [SQUARES_SUBTRACTED] = "G^2 - A^2 where (G - A)^2 belongs",
    [PRODUCTS] = "the products of G and A are added up: squares of G - A are wanted",
    [FIRST_A] = "only A[0] is subtracted, for every number: a[i]",
    NULL};

static double share_of(const Painting *t, int mistake, int e) {
    const double g = gram_of(t, e / t->n, e % t->n);
    const double a = (double)t->a[mistake == FIRST_A ? 0 : e], d = g - a;
    switch (mistake) {
    case NO_A:
        return g * g;
    case PLUS:
        return (g + a) * (g + a);
    case ABSOLUTE:
        return fabs(d);
    case NOT_SQUARED:
        return d;
    case NO_G:
        return a * a;
    case TAKEN_OFF:
        return -d * d;
    case SQUARES_SUBTRACTED:
        return g * g - a * a;
    case PRODUCTS:
        return g * a;
    default:
        return d * d;
    }
}

static double loss_of(const Painting *t, int mistake) {
    const double n = t->n, m = t->m, unit = 1 / (4 * n * n * m * m);
    const int all = mistake == FIRST_ROW ? t->n : t->n * t->n;
    const int end = all - (mistake == LAST_OUT);
    double sum = 0;
    for (int e = mistake == FIRST_OUT; e < end; e++) {
        if (mistake == DIAGONAL && e / t->n != e % t->n) continue;
        if (mistake == LAST_ONLY) sum = 0;
        sum += share_of(t, mistake, e);
    }
    return mistake == ROOT ? sqrt(sum) * unit : sum * unit;
}

static void losses(const void *context, int mistake, real *loss) {
    const Painting *t = context;
    double all = 0;
    for (int k = 0; k < PAINTINGS; k++) {
        const double one = loss_of(&t[k], mistake);
        all += one;
        loss[k] = (real)(mistake == STATIC ? all : one);
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

enum {
    BACK_ROW_I = 1,
    BACK_NO_A,
    BACK_PLUS,
    BACK_NO_G,
    BACK_DIAGONAL,
    BACK_FIRST_J,
    BACK_LAST_ONLY,
    BACK_ASSIGNED,
    BACK_FIRST_J_OUT,
    BACK_LAST_J_OUT,
    BACK_FIRST_K_OUT,
    BACK_LAST_K_OUT,
    BACK_FIRST_OUT,
    BACK_LAST_OUT,
    BACK_NO_F,
    BACK_FIRST_A,
    BACK_SQUARED,
    BACK_F_ADDED,
    BACK_OVER_F
};

static const char *const back_whys[] = {
    [RIGHT] = "",
    [BACK_ROW_I] = "F_jk is wanted, the other row: here it is F_ik",
    [BACK_NO_A] = "A is not subtracted",
    [BACK_PLUS] = "G + A where G - A belongs",
    [BACK_NO_G] = "G is missing: G - A",
    [BACK_DIAGONAL] = "only the diagonal of G - A is used",
    [BACK_FIRST_J] = "only the first j is used: the sum is over all j",
    [BACK_LAST_ONLY] = "only the last j counts: += is missing in the sum",
    [BACK_ASSIGNED] = "missing +=: the right numbers, but what was there before is lost; "
                      "= stands where += belongs",
    [BACK_FIRST_J_OUT] = "the first j is left out: it begins at 0",
    [BACK_LAST_J_OUT] = "the last j is left out: j < N",
    [BACK_FIRST_K_OUT] = "the first position is left out: k begins at 0",
    [BACK_LAST_K_OUT] = "the last position is left out: k < M",
    [BACK_FIRST_OUT] = "the first row is left out: i begins at 0",
    [BACK_LAST_OUT] = "the last row is left out: i < N",
    [BACK_NO_F] = "F is missing: (G - A) F",
    [BACK_FIRST_A] = "only A[0] is subtracted, for every number: a[i * N + j]",
    [BACK_SQUARED] = "(G - A)^2 where G - A belongs: this is the derivative",
    [BACK_F_ADDED] = "G - A and F_jk are added: multiply",
    [BACK_OVER_F] = "(G - A) is divided by F_jk: multiply",
    NULL};

/* What row j adds to number k of row i, without 1 / (N^2 M^2). */
static double pull_of_row(const Painting *t, int mistake, int i, int j, int k) {
    const double g = gram_of(t, i, j);
    const double a = (double)t->a[mistake == BACK_FIRST_A ? 0 : i * t->n + j];
    const double f = (double)t->f[(mistake == BACK_ROW_I ? i : j) * t->m + k];
    const double right = (g - a) * f;
    switch (mistake) {
    case BACK_NO_A:
        return g * f;
    case BACK_PLUS:
        return (g + a) * f;
    case BACK_NO_G:
        return -a * f;
    case BACK_DIAGONAL:
        return i == j ? right : 0;
    case BACK_FIRST_J:
        return j == 0 ? right : 0;
    case BACK_NO_F:
        return g - a;
    case BACK_SQUARED:
        return (g - a) * (g - a) * f;
    case BACK_F_ADDED:
        return g - a + f;
    case BACK_OVER_F:
        return (g - a) / f;
    default:
        return right;
    }
}

/* Whether number k of row i gets something. */
static bool pulled(const Painting *t, int mistake, int i, int k) {
    switch (mistake) {
    case BACK_FIRST_K_OUT:
        return k > 0;
    case BACK_LAST_K_OUT:
        return k < t->m - 1;
    case BACK_FIRST_OUT:
        return i > 0;
    case BACK_LAST_OUT:
        return i < t->n - 1;
    default:
        return true;
    }
}

static double pull(const Painting *t, int mistake, int i, int k) {
    const double n = t->n, m = t->m, unit = 1 / (n * n * m * m);
    const int end = t->n - (mistake == BACK_LAST_J_OUT);
    double sum = 0;
    if (!pulled(t, mistake, i, k)) return 0;
    for (int j = mistake == BACK_FIRST_J_OUT; j < end; j++) {
        if (mistake == BACK_LAST_ONLY) sum = 0;
        sum += pull_of_row(t, mistake, i, j, k);
    }
    if (mistake == BACK_ASSIGNED && t->before)
        return sum * unit - (double)t->before[i * t->m + k];
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
        gf[e] = (real)pull(t, BACK_NO_A, e / t->m, e % t->m);
        af[e] = (real)pull(t, BACK_NO_G, e / t->m, e % t->m);
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
    return loss_of(context, RIGHT);
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
