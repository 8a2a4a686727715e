/* Grades exercise 16: log 4 where D knows nothing, and gradients against differences. */
#include "lessons/check/grade.h"

#include <math.h>
#include <string.h>

double d_loss(int n, const real *real_s, const real *fake_s);
void d_loss_backward(int n, const real *real_s, const real *fake_s, real *d_real,
                     real *d_fake);
double g_loss_written(int n, const real *fake_s);
void g_loss_written_backward(int n, const real *fake_s, real *d_fake);
double g_loss_used(int n, const real *fake_s);
void g_loss_used_backward(int n, const real *fake_s, real *d_fake);

enum { N = 5 };

/* The mean of log(1 + e^s), and of log(1 + e^-s); s is small here. */
static double up(void *s) {
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += log(1 + exp((double)((real *)s)[i])) / N;
    return sum;
}

static double written(void *s) {
    return -up(s);
}

static double down(void *s) {
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += log(1 + exp(-(double)((real *)s)[i])) / N;
    return sum;
}

static void grade(Grade *g) {
    const GradeHints none = {.suspects = {{N, "the mean over pictures is missing"}}};
    real s[N] = {0}, f[N] = {0}, ds[N] = {0}, df[N] = {0}, before[N], right[N];
    grade_number(g, "L_D, where D is 1/2: log 4", d_loss(N, s, f), log(4), &none);
    Rng rng = rng_seed(16);
    for (int i = 0; i < N; i++) {
        s[i] = (real)rng_normal(&rng);
        f[i] = (real)rng_normal(&rng);
        before[i] = (real)rng_normal(&rng);
    }
    grade_number(g, "L_D", d_loss(N, s, f), down(s) + up(f), &none);
    grade_number(g, "L_G0", g_loss_written(N, f), -up(f), &none);
    grade_number(g, "L_G", g_loss_used(N, f), down(f), &none);
    grade_number(g, "L_G for s = -1000", g_loss_used(1, (real[]){-1000}), 1000, &none);
    d_loss_backward(N, s, f, ds, df);
    grade_gradient(g, "L_D with respect to real_s", N, s, down, s, ds, &none);
    grade_gradient(g, "L_D with respect to fake_s", N, f, up, f, df, &none);
    for (int i = 0; i < N; i++)
        right[i] = before[i] + ds[i];
    memcpy(ds, before, sizeof ds);
    d_loss_backward(N, s, f, ds, df);
    grade_numbers(g, "the same, where there was something before", N, ds, right,
                  &(GradeHints){.before = before});
    memset(df, 0, sizeof df);
    g_loss_written_backward(N, f, df);
    grade_gradient(g, "L_G0 with respect to fake_s", N, f, written, f, df, &none);
    memset(df, 0, sizeof df);
    g_loss_used_backward(N, f, df);
    grade_gradient(g, "L_G with respect to fake_s", N, f, down, f, df, &none);
}

int main(void) {
    return grade_run("16_gan", grade);
}
