/* Grades exercise 08: values, and gradients for symmetric and other dG. */
#include "lessons/check/grade.h"

void gram(int n, int m, const real *f, real *g);
void gram_backward(int n, int m, const real *f, const real *dg, real *df);

#define N 4
#define M 15

typedef struct Features {
    real f[N * M], dg[N * N];
} Features;

/* sum_ij dG_ij G_ij, whose gradient by F is what backward should give. */
static double loss(void *context) {
    const Features *x = context;
    double sum = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            for (int k = 0; k < M; k++)
                sum += (double)(x->dg[i * N + j] * x->f[i * M + k] * x->f[j * M + k]);
    return sum;
}

static void fill(Rng *rng, size_t n, real *x) {
    for (size_t i = 0; i < n; i++)
        x[i] = (real)rng_normal(rng);
}

static void grade_forward(Grade *g, Features *x) {
    real *got = grade_room(N * N), right[N * N] = {0}, turned[N * N] = {0};
    for (int e = 0; e < N * N; e++)
        for (int k = 0; k < M; k++) {
            right[e] += x->f[e / N * M + k] * x->f[e % N * M + k];
            turned[e] += x->f[k * N + e / N] * x->f[k * N + e % N];
        }
    gram(N, M, grade_copy(N * M, x->f), got);
    grade_numbers(
        g, "G", N * N, got, right,
        &(GradeHints){.channels = N,
                      .positions = M,
                      .rows = N,
                      .columns = N,
                      .mistakes = {{turned, "F is taken for transposed: a row of it has "
                                            "M numbers, F_ik is f[i * M + k]"}}});
}

static void grade_backward(Grade *g, const char *what, Features *x) {
    real *df = grade_zeros(N * M), twice[2][N * M] = {{0}};
    for (int e = 0; e < N * M; e++)
        for (int j = 0; j < N; j++) {
            const int i = e / M;
            twice[0][e] += 2 * x->dg[i * N + j] * x->f[j * M + e % M];
            twice[1][e] += 2 * x->dg[j * N + i] * x->f[j * M + e % M];
        }
    gram_backward(N, M, grade_copy(N * M, x->f), grade_copy(N * N, x->dg), df);
    grade_gradient(
        g, what, N * M, x->f, loss, x, df,
        &(GradeHints){
            .channels = N,
            .positions = M,
            .rows = N,
            .columns = M,
            .suspects = {{0.5, "G_ij holds row i and row j: both get "
                               "a gradient, dG F and dG^T F"}},
            .mistakes = {{twice[0], "2 dG F is dF for a symmetric dG only"},
                         {twice[1], "2 dG^T F is dF for a symmetric dG only"}}});
}

static void grade(Grade *g) {
    Features x = {0};
    real before[N * M], right[N * M] = {0};
    Rng rng = rng_seed(8);
    fill(&rng, N * M, x.f);
    fill(&rng, N * N, x.dg);
    for (int e = 0; e < N * N; e++)
        x.dg[e] = x.dg[e / N < e % N ? e : e % N * N + e / N];
    grade_forward(g, &x);
    grade_backward(g, "dF for a symmetric dG", &x);
    fill(&rng, N * N, x.dg);
    grade_backward(g, "dF = (dG + dG^T) F for a dG that is not symmetric", &x);

    fill(&rng, N * M, before);
    gram_backward(N, M, x.f, x.dg, right);
    for (int i = 0; i < N * M; i++)
        right[i] += before[i];
    real *df = grade_copy(N * M, before);
    gram_backward(N, M, x.f, x.dg, df);
    grade_numbers(g, "dF, where there was something before", N * M, df, right,
                  &(GradeHints){.before = before});
}

int main(void) {
    return grade_run("08_gram", grade);
}
