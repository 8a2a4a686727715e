/* Grades exercise 07: values, and the gradient against differences. */
#include "lessons/check/grade.h"

double content_loss(int channels, int positions, const real *f, const real *p);
void content_loss_backward(int channels, int positions, const real *f, const real *p,
                           double dj, real *df);

#define N 3
#define M 35
#define DJ 0.7

typedef struct Features {
    real f[N * M], p[N * M];
} Features;

static double loss(void *context) {
    const Features *x = context;
    double sum = 0;
    for (int i = 0; i < N * M; i++)
        sum += (double)((x->f[i] - x->p[i]) * (x->f[i] - x->p[i]));
    return sum / 2;
}

static void fill(Rng *rng, size_t n, real *x) {
    for (size_t i = 0; i < n; i++)
        x[i] = (real)rng_normal(rng);
}

static void grade(Grade *g) {
    Features x = {0};
    real *df = grade_zeros(N * M), before[N * M], right[N * M];
    const GradeHints hints = {.channels = N, .positions = M, .rows = N, .columns = M};
    Rng rng = rng_seed(7);
    fill(&rng, N * M, x.f);
    fill(&rng, N * M, x.p);
    const real *f = grade_copy(N * M, x.f), *p = grade_copy(N * M, x.p);
    grade_number(g, "J", content_loss(N, M, f, p), loss(&x), &hints);
    grade_number(g, "J, called again", content_loss(N, M, f, p), loss(&x), &hints);

    content_loss_backward(N, M, f, p, 1, df);
    grade_gradient(g, "dJ/df, against differences", N * M, x.f, loss, &x, df, &hints);

    fill(&rng, N * M, before);
    for (int i = 0; i < N * M; i++) {
        df[i] = before[i];
        right[i] = before[i] + (real)DJ * (x.f[i] - x.p[i]);
    }
    content_loss_backward(N, M, f, p, DJ, df);
    grade_numbers(g, "df, where there was something before", N * M, df, right,
                  &(GradeHints){.channels = N,
                                .positions = M,
                                .before = before,
                                .suspects = {{1 / DJ, "the chain rule: what comes from "
                                                      "above is handed on, times dj"}}});
}

int main(void) {
    return grade_run("07_content_loss", grade);
}
