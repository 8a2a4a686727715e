/* Grades exercise 16: log 4 where D is 1/2, and gradients against differences. */
#include "lessons/check/grade.h"

#include <math.h>

double d_loss(int n, const real *real_s, const real *fake_s);
void d_loss_backward(int n, const real *real_s, const real *fake_s, real *d_real,
                     real *d_fake);
double g_loss_written(int n, const real *fake_s);
void g_loss_written_backward(int n, const real *fake_s, real *d_fake);
double g_loss_used(int n, const real *fake_s);
void g_loss_used_backward(int n, const real *fake_s, real *d_fake);

enum { N = 5 };
static const char *const no_mean = "the mean over pictures is missing";
static const char *const inner =
    "this is D (1 - D), the derivative of the sigmoid alone: the logarithm's is missing";

/* The mean of log(1 + e^s), and of log(1 + e^-s); s is small here. */
static double up(void *s) {
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += log(1 + exp((double)((const real *)s)[i])) / N;
    return sum;
}

static double written(void *s) {
    return -up(s);
}

static double down(void *s) {
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += log(1 + exp(-(double)((const real *)s)[i])) / N;
    return sum;
}

static void grade_losses(Grade *g, const real *s, const real *f) {
    static const real nothing[N];
    const double u = up((void *)f), d = down((void *)f), real_d = down((void *)s);
    const double both = real_d + u;
    grade_number(
        g, "L_D, where D is 1/2: log 4", d_loss(N, nothing, nothing), log(4),
        &(GradeHints){.suspects = {{N, no_mean},
                                   {0.5, "real ones and fakes have a mean each, and L_D "
                                         "is the sum of both"}}});
    grade_number(
        g, "L_D", d_loss(N, s, f), both,
        &(GradeHints){.suspects = {{(up((void *)s) + d) / both,
                                    "real ones and fakes are exchanged: -log D is for "
                                    "the real ones"},
                                   {(real_d + d) / both,
                                    "-log D for both: of fakes it is -log(1 - D)"}}});
    grade_number(
        g, "L_G0", g_loss_written(N, f), -u,
        &(GradeHints){.suspects = {{N, no_mean},
                                   {-1, "this is -log(1 - D), as in L_D; G wants it "
                                        "the other way round"},
                                   {-d / u, "this is -log D, which is L_G"}}});
    grade_number(
        g, "L_G", g_loss_used(N, f), d,
        &(GradeHints){.suspects = {{N, no_mean},
                                   {-u / d, "this is log(1 - D), which is L_G0"},
                                   {u / d, "this is -log(1 - D), what D wants"}}});
}

/* log(1 + e^1000) is 1000 and log(1 + e^-1000) is 0, but e^1000 is no number, and D is 0
 * or 1, whose logarithm, or that of 1 - D, is none either. With 0 on the other side L_D
 * has a log 2 more. */
static void grade_large(Grade *g) {
    const real *low = grade_copy(1, (const real[]){-1000});
    const real *high = grade_copy(1, (const real[]){1000}), *zero = grade_zeros(1);
    const double log2 = log(2);
    grade_number(g, "L_D for real_s = -1000", d_loss(1, low, zero), 1000 + log2, NULL);
    grade_number(g, "L_D for real_s = 1000", d_loss(1, high, zero), log2, NULL);
    grade_number(g, "L_D for fake_s = -1000", d_loss(1, zero, low), log2, NULL);
    grade_number(g, "L_D for fake_s = 1000", d_loss(1, zero, high), 1000 + log2, NULL);
    grade_number(g, "L_G0 for s = -1000 and 1000",
                 g_loss_written(1, low) + g_loss_written(1, high), -1000, NULL);
    grade_number(g, "L_G for s = -1000 and 1000",
                 g_loss_used(1, low) + g_loss_used(1, high), 1000, NULL);
    /* D is 0 and 1 there, and the mean is over two. */
    const real *both = grade_copy(2, (const real[]){-1000, 1000});
    real *d_real = grade_zeros(2), *d_fake = grade_zeros(2),
         *written_fake = grade_zeros(2), *used_fake = grade_zeros(2);
    d_loss_backward(2, both, both, d_real, d_fake);
    g_loss_written_backward(2, both, written_fake);
    g_loss_used_backward(2, both, used_fake);
    const real half = (real)0.5;
    grade_numbers(g, "gradients for s = -1000 and 1000", 8,
                  (const real[]){d_real[0], d_real[1], d_fake[0], d_fake[1],
                                 written_fake[0], written_fake[1], used_fake[0],
                                 used_fake[1]},
                  (const real[]){-half, 0, 0, half, 0, -half, -half, 0}, NULL);
}

/* One image with D = 3/4, where every mistake has a different factor. */
static void grade_by_hand(Grade *g) {
    const real s = (real)log(3);
    real d_real = 0, d_fake = 0, written_fake = 0, used_fake = 0;
    d_loss_backward(1, &s, &s, &d_real, &d_fake);
    g_loss_written_backward(1, &s, &written_fake);
    g_loss_used_backward(1, &s, &used_fake);
    const GradeHints minus = {
        .suspects = {{-3, "this is D; of -log D it is D - 1"}, {0.75, inner}}};
    const GradeHints plus = {.suspects = {{1.0 / 4, inner},
                                          {-1.0 / 3, "this is D - 1; of -log(1 - D) it "
                                                     "is D"}}};
    const GradeHints down_only = {
        .suspects = {{1.0 / 3, "this is D - 1, which is L_G's"}, {1.0 / 4, inner}}};
    grade_number(g, "L_D by real_s, where D is 3/4", (double)d_real, -0.25, &minus);
    grade_number(g, "L_D by fake_s, where D is 3/4", (double)d_fake, 0.75, &plus);
    grade_number(g, "L_G0 by fake_s, where D is 3/4", (double)written_fake, -0.75,
                 &down_only);
    grade_number(g, "L_G by fake_s, where D is 3/4", (double)used_fake, -0.25, &minus);
}

/* Gradients are added to existing values; and against differences. */
static void grade_gradients(Grade *g, real *s, real *f, const real *before) {
    real *ds = grade_copy(N, before), *df = grade_copy(N, before);
    const GradeHints hints = {.before = before, .suspects = {{N, no_mean}}};
    d_loss_backward(N, s, f, ds, df);
    grade_gradient(g, "L_D with respect to real_s", N, s, down, s, ds, &hints);
    grade_gradient(g, "L_D with respect to fake_s", N, f, up, f, df, &hints);
    df = grade_copy(N, before);
    g_loss_written_backward(N, f, df);
    grade_gradient(g, "L_G0 with respect to fake_s", N, f, written, f, df, &hints);
    df = grade_copy(N, before);
    g_loss_used_backward(N, f, df);
    grade_gradient(g, "L_G with respect to fake_s", N, f, down, f, df, &hints);
}

static void grade(Grade *g) {
    real *s = grade_room(N), *f = grade_room(N), before[N];
    Rng rng = rng_seed(16);
    for (int i = 0; i < N; i++) {
        s[i] = (real)rng_normal(&rng);
        f[i] = (real)rng_normal(&rng);
        before[i] = (real)rng_normal(&rng);
    }
    grade_losses(g, s, f);
    grade_by_hand(g);
    grade_large(g);
    grade_gradients(g, s, f, before);
}

int main(void) {
    return grade_run("16_gan", grade);
}
