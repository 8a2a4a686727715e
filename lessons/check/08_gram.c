/* Grades exercise 08: matrices with more positions than channels and the other way round,
 * gradients for a symmetric dG and another one, against formulas and against differences.
 */
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"

typedef struct Features {
    int n, m;
    const real *f, *dg, *before; /* before: in df */
} Features;

static size_t size_of(const Features *t) {
    return (size_t)(t->n * t->m);
}

/* f, as if index e were in it: 0 outside. */
static double at(const Features *t, int e) {
    return e < t->n * t->m ? (double)t->f[e] : 0;
}

/* ---- gram ---- */

enum {
    RIGHT,
    TRANSPOSED,
    ROW_I_TWICE,
    ROW_J_TWICE,
    LAST_ONLY,
    FIRST_OUT,
    LAST_OUT,
    N_TERMS,
    DIAGONAL,
    ZERO_BELOW,
    ZERO_ABOVE,
    STATIC,
    ADDED,
    SUBTRACTED,
    ONLY_I,
    ONLY_J,
    TAKEN_OFF,
    FIRST_J
};

static const char *const gram_whys[] = {
    [RIGHT] = "",
    [TRANSPOSED] =
        "F is taken for transposed: a row of it has M numbers, F_ik is f[i * M + k]",
    [ROW_I_TWICE] = "row i is multiplied with itself: F_ik F_jk",
    [ROW_J_TWICE] = "row j is multiplied with itself: F_ik F_jk",
    [LAST_ONLY] = "only the last position counts: += is missing in the sum over k",
    [FIRST_OUT] = "the first position is left out: k begins at 0",
    [LAST_OUT] = "the last position is left out: k < m",
    [N_TERMS] = "the sum over k has n terms: it has m",
    [DIAGONAL] = "only the diagonal is computed, and 0 elsewhere",
    [ZERO_BELOW] = "what is below the diagonal is 0: G is symmetric, and j begins at 0",
    [ZERO_ABOVE] = "what is above the diagonal is 0: G is symmetric, and j ends at n",
    [STATIC] =
        "the sum of the element before is still in it: it begins at 0 for each i and j",
    [ADDED] = "F_ik + F_jk is added up, not the product",
    [SUBTRACTED] = "F_ik - F_jk is added up, not the product",
    [ONLY_I] = "F_ik alone is added up: F_ik F_jk",
    [ONLY_J] = "F_jk alone is added up: F_ik F_jk",
    [TAKEN_OFF] = "the products are taken off",
    [FIRST_J] = "all j get the row of j = 0",
    NULL};

/* What position k adds to G_ij. */
static double product_of(const Features *t, int mistake, int i, int j, int k) {
    const double fi = at(t, i * t->m + k), fj = at(t, j * t->m + k);
    switch (mistake) {
    case TRANSPOSED:
        return at(t, k * t->n + i) * at(t, k * t->n + j);
    case ROW_I_TWICE:
        return fi * fi;
    case ROW_J_TWICE:
        return fj * fj;
    case ADDED:
        return fi + fj;
    case SUBTRACTED:
        return fi - fj;
    case ONLY_I:
        return fi;
    case ONLY_J:
        return fj;
    case TAKEN_OFF:
        return -(fi * fj);
    case FIRST_J:
        return fi * at(t, k);
    default:
        return fi * fj;
    }
}

/* G_ij */
static double element(const Features *t, int mistake, int i, int j) {
    if (mistake == DIAGONAL && i != j) return 0;
    if (mistake == ZERO_BELOW && i > j) return 0;
    if (mistake == ZERO_ABOVE && i < j) return 0;
    const int first = mistake == FIRST_OUT;
    int end = t->m;
    if (mistake == LAST_OUT) end = t->m - 1;
    if (mistake == N_TERMS && t->n < t->m) end = t->n;
    double sum = 0;
    for (int k = first; k < end; k++) {
        if (mistake == LAST_ONLY) sum = 0;
        sum += product_of(t, mistake, i, j, k);
    }
    return sum;
}

static void matrix(const void *context, int mistake, real *g) {
    const Features *t = context;
    double all = 0;
    for (int e = 0; e < t->n * t->n; e++) {
        const double one = element(t, mistake, e / t->n, e % t->n);
        all += one;
        g[e] = (real)(mistake == STATIC ? all : one);
    }
}

static const struct {
    const char *g, *df;
    int n, m;
} sizes[] = {{"G of 5 channels, 14 positions", "dF of 5 channels, 14 positions", 5, 14},
             {"G of 6 channels, 3 positions", "dF of 6 channels, 3 positions", 6, 3},
             {"G of one channel", "dF of one channel", 1, 5},
             {"G of one position", "dF of one position", 5, 1}};
enum { SIZES = sizeof sizes / sizeof *sizes };

static Features random_features(int n, int m, Rng *rng) {
    return (Features){n, m, grade_random(rng, (size_t)(n * m)),
                      grade_random(rng, (size_t)(n * n)), NULL};
}

static GradeHints hints_of(const Features *t, bool back) {
    return (GradeHints){.channels = t->n,
                        .positions = t->m,
                        .rows = t->n,
                        .columns = back ? t->m : t->n,
                        .before = back ? t->before : NULL};
}

static void grade_gram(Grade *g) {
    Rng rng = grade_rng(8);
    for (int k = 0; k < SIZES; k++) {
        const Features t = random_features(sizes[k].n, sizes[k].m, &rng);
        const GradeHints hints = hints_of(&t, false);
        const size_t n = (size_t)(t.n * t.n);
        real *got = grade_room(n);
        gram(t.n, t.m, t.f, got);
        grade_formula(g, sizes[k].g, n, got, matrix, &t, gram_whys, &hints);
        if (k) continue;
        gram(t.n, t.m, t.f, got);
        grade_formula(g, "G, called again on the same memory", n, got, matrix, &t,
                      gram_whys,
                      &(GradeHints){.suspects = {{2, "g is added to: g = F F^T"}}});
    }
}

/* ---- gram_backward ---- */

enum {
    BACK_DG_TWICE = 1,
    BACK_TURNED_TWICE,
    BACK_ROW_I,
    BACK_DIAGONAL,
    BACK_FIRST_ROW,
    BACK_LAST_ONLY,
    BACK_ASSIGNED,
    BACK_TRANSPOSED,
    BACK_SUBTRACTED,
    BACK_MULTIPLIED,
    BACK_OVER_F,
    BACK_F_ADDED,
    BACK_FIRST_OUT,
    BACK_FIRST_J_OUT,
    BACK_LAST_J_OUT,
    BACK_FIRST_K_OUT,
    BACK_LAST_K_OUT
};

static const char *const back_whys[] = {
    [RIGHT] = "",
    [BACK_DG_TWICE] = "2 dG F is dF for a symmetric dG only",
    [BACK_TURNED_TWICE] = "2 dG^T F is dF for a symmetric dG only",
    [BACK_ROW_I] = "row i of F is taken where row j belongs: (dG + dG^T) F adds up over "
                   "the other rows",
    [BACK_DIAGONAL] = "only the diagonal of dG is used",
    [BACK_FIRST_ROW] = "only the first row of F is used: the sum is over all j",
    [BACK_LAST_ONLY] = "only the last j counts: += is missing in the sum",
    [BACK_ASSIGNED] = "missing +=: the right numbers, but what was there before is lost; "
                      "= stands where += belongs",
    [BACK_TRANSPOSED] =
        "F is taken for transposed: a row of it has M numbers, F_jk is f[j * M + k]",
    [BACK_SUBTRACTED] = "dG - dG^T where dG + dG^T belongs",
    [BACK_MULTIPLIED] = "dG dG^T is taken, a product: they are added",
    [BACK_OVER_F] = "dG_ij + dG_ji is divided by F_jk: multiply",
    [BACK_F_ADDED] = "dG_ij + dG_ji and F_jk are added: multiply",
    [BACK_FIRST_OUT] = "the first row of dF is left out: i begins at 0",
    [BACK_FIRST_J_OUT] = "the first j is left out: it begins at 0",
    [BACK_LAST_J_OUT] = "the last j is left out: j < n",
    [BACK_FIRST_K_OUT] = "the first position is left out: k begins at 0",
    [BACK_LAST_K_OUT] = "the last position is left out: k < m",
    NULL};

/* What row j adds to dF_ik. */
static double share_of(const Features *t, int mistake, int i, int j, int k) {
    const int n = t->n, m = t->m;
    const double d = (double)t->dg[i * n + j], turned = (double)t->dg[j * n + i];
    const double f = at(t, j * m + k);
    switch (mistake) {
    case BACK_DG_TWICE:
        return 2 * d * f;
    case BACK_TURNED_TWICE:
        return 2 * turned * f;
    case BACK_ROW_I:
        return (d + turned) * at(t, i * m + k);
    case BACK_DIAGONAL:
        return i == j ? (d + turned) * f : 0;
    case BACK_FIRST_ROW:
        return (d + turned) * at(t, k);
    case BACK_TRANSPOSED:
        return (d + turned) * at(t, k * n + j);
    case BACK_SUBTRACTED:
        return (d - turned) * f;
    case BACK_MULTIPLIED:
        return d * turned * f;
    case BACK_OVER_F:
        return f != 0 ? (d + turned) / f : 0;
    case BACK_F_ADDED:
        return d + turned + f;
    default:
        return (d + turned) * f;
    }
}

/* dF_ik */
static double pull(const Features *t, int mistake, int i, int k) {
    if (mistake == BACK_FIRST_OUT && i == 0) return 0;
    if (mistake == BACK_FIRST_K_OUT && k == 0) return 0;
    if (mistake == BACK_LAST_K_OUT && k == t->m - 1) return 0;
    const int end = t->n - (mistake == BACK_LAST_J_OUT);
    double sum = 0;
    for (int j = mistake == BACK_FIRST_J_OUT; j < end; j++) {
        if (mistake == BACK_LAST_ONLY) sum = 0;
        sum += share_of(t, mistake, i, j, k);
    }
    if (mistake == BACK_ASSIGNED && t->before) sum -= (double)t->before[i * t->m + k];
    return sum;
}

static void back(const void *context, int mistake, real *df) {
    const Features *t = context;
    for (int e = 0; e < t->n * t->m; e++)
        df[e] = (real)pull(t, mistake, e / t->m, e % t->m);
}

/* The two products that make up dF. */
static void add_terms(const Features *t, GradeHints *hints) {
    real *d = grade_zeros(size_of(t)), *turned = grade_zeros(size_of(t));
    for (int e = 0; e < t->n * t->m; e++)
        for (int j = 0; j < t->n; j++) {
            const real f = t->f[j * t->m + e % t->m];
            d[e] += t->dg[e / t->m * t->n + j] * f;
            turned[e] += t->dg[j * t->n + e / t->m] * f;
        }
    hints->terms[0] = (SumTerm){d, "dG F in dG F + dG^T F", 1};
    hints->terms[1] = (SumTerm){turned, "dG^T F in dG F + dG^T F", 1};
}

/* sum_ij dG_ij G_ij, whose gradient by F is what backward should give. */
static double loss(void *context) {
    const Features *t = context;
    double sum = 0;
    for (int e = 0; e < t->n * t->n; e++)
        sum += (double)t->dg[e] * element(t, RIGHT, e / t->n, e % t->n);
    return sum;
}

static void grade_differences(Grade *g, const char *what, Features *t, real *f) {
    real *df = grade_zeros(size_of(t));
    gram_backward(t->n, t->m, f, t->dg, df);
    GradeHints hints = hints_of(t, true);
    hints.suspects[0] = (Suspect){0.5, "G_ij holds row i and row j: both get a gradient, "
                                       "dG F and dG^T F"};
    add_terms(t, &hints);
    hints = grade_mistakes(size_of(t), back, t, back_whys, &hints);
    grade_gradient(g, what, size_of(t), f, loss, t, df, &hints);
}

static void grade_backward(Grade *g) {
    Rng rng = grade_rng(80);
    real *f = grade_random(&rng, 4 * 15), *dg = grade_random(&rng, 4 * 4);
    Features t = {4, 15, f, dg, NULL};
    grade_differences(g, "dF = (dG + dG^T) F, against differences", &t, f);
    for (int e = 0; e < 16; e++)
        dg[e] = dg[e / 4 < e % 4 ? e : e % 4 * 4 + e / 4];
    grade_differences(g, "dF for a symmetric dG", &t, f);
    for (int k = 0; k < SIZES; k++) {
        Features other = random_features(sizes[k].n, sizes[k].m, &rng);
        other.before = grade_random(&rng, size_of(&other));
        real *df = grade_copy(size_of(&other), other.before);
        GradeHints hints = hints_of(&other, true);
        add_terms(&other, &hints);
        gram_backward(other.n, other.m, other.f, other.dg, df);
        grade_formula(g, sizes[k].df, size_of(&other), df, back, &other, back_whys,
                      &hints);
    }
}

static const Part parts[] = {
    {"gram", 5, grade_gram}, {"gram_backward", 6, grade_backward}, {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "08_gram", parts);
}
