/* Grades exercise 08: matrices with more positions than channels and the other way round,
 * gradients for a symmetric dG and another one, against formulas and against differences.
 */
#include "lessons/check/grade.h"

void gram(int n, int m, const real *f, real *g);
void gram_backward(int n, int m, const real *f, const real *dg, real *df);

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

static const char *const gram_whys[] = {
    "",
    "F is taken for transposed: a row of it has M numbers, F_ik is f[i * M + k]",
    "row i is multiplied with itself: F_ik F_jk",
    "row j is multiplied with itself: F_ik F_jk",
    "only the last position counts: += is missing in the sum over k",
    "the first position is left out: k begins at 0",
    "the last position is left out: k < m",
    "the sum over k has n terms: it has m",
    "only the diagonal is computed, and 0 elsewhere",
    "what is below the diagonal is 0: G is symmetric, and j begins at 0",
    "what is above the diagonal is 0: G is symmetric, and j ends at n",
    "the sum of the element before is still in it: it begins at 0 for each i and j",
    "F_ik + F_jk is added up, not the product",
    "F_ik - F_jk is added up, not the product",
    "F_ik alone is added up: F_ik F_jk",
    "F_jk alone is added up: F_ik F_jk",
    "the products are taken off",
    "all j get the row of j = 0",
    NULL};

static double element(const Features *t, int mistake, int i, int j) {
    double sum = 0;
    const int n = t->n, m = t->m, end = mistake == 7 ? (n < m ? n : m) : m;
    for (int k = mistake == 5; k < end - (mistake == 6); k++) {
        const double fi = at(t, i * m + k), fj = at(t, j * m + k);
        double product = fi * fj;
        if (mistake == 1) product = at(t, k * n + i) * at(t, k * n + j);
        if (mistake == 2) product = fi * fi;
        if (mistake == 3) product = fj * fj;
        if (mistake == 12) product = fi + fj;
        if (mistake == 13) product = fi - fj;
        if (mistake == 14) product = fi;
        if (mistake == 15) product = fj;
        if (mistake == 16) product = -product;
        if (mistake == 17) product = fi * at(t, k);
        sum = mistake == 4 ? product : sum + product;
    }
    if ((mistake == 8 && i != j) || (mistake == 9 && i > j) || (mistake == 10 && i < j))
        return 0;
    return sum;
}

static void matrix(const void *context, int mistake, real *g) {
    const Features *t = context;
    double all = 0;
    for (int e = 0; e < t->n * t->n; e++) {
        const double one = element(t, mistake, e / t->n, e % t->n);
        all += one;
        g[e] = (real)(mistake == 11 ? all : one);
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

static const char *const back_whys[] = {
    "",
    "2 dG F is dF for a symmetric dG only",
    "2 dG^T F is dF for a symmetric dG only",
    "row i of F is taken where row j belongs: (dG + dG^T) F adds up over the other rows",
    "only the diagonal of dG is used",
    "only the first row of F is used: the sum is over all j",
    "only the last j counts: += is missing in the sum",
    "missing +=: the right numbers, but what was there before is lost; = stands where += "
    "belongs",
    "F is taken for transposed: a row of it has M numbers, F_jk is f[j * M + k]",
    "dG - dG^T where dG + dG^T belongs",
    "dG dG^T is taken, a product: they are added",
    "dG_ij + dG_ji is divided by F_jk: multiply",
    "dG_ij + dG_ji and F_jk are added: multiply",
    "the first row of dF is left out: i begins at 0",
    "the first j is left out: it begins at 0",
    "the last j is left out: j < n",
    "the first position is left out: k begins at 0",
    "the last position is left out: k < m",
    NULL};

static double pull(const Features *t, int mistake, int i, int k) {
    const int n = t->n, m = t->m;
    double sum = 0;
    for (int j = mistake == 14; j < n - (mistake == 15); j++) {
        const double d = (double)t->dg[i * n + j], turned = (double)t->dg[j * n + i];
        const double f = at(t, j * m + k);
        double share = (d + turned) * f;
        if (mistake == 1) share = 2 * d * f;
        if (mistake == 2) share = 2 * turned * f;
        if (mistake == 3) share = (d + turned) * at(t, i * m + k);
        if (mistake == 4 && i != j) share = 0;
        if (mistake == 5) share = (d + turned) * at(t, k);
        if (mistake == 8) share = (d + turned) * at(t, k * n + j);
        if (mistake == 9) share = (d - turned) * f;
        if (mistake == 10) share = d * turned * f;
        if (mistake == 11) share = f != 0 ? (d + turned) / f : 0;
        if (mistake == 12) share = d + turned + f;
        sum = mistake == 6 ? share : sum + share;
    }
    if (mistake == 7 && t->before) sum -= (double)t->before[i * m + k];
    if ((mistake == 13 && i == 0) || (mistake == 16 && k == 0) ||
        (mistake == 17 && k == m - 1))
        return 0;
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
        sum += (double)t->dg[e] * element(t, 0, e / t->n, e % t->n);
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
