/* Grades exercise 16: losses and gradients of several batches, gradients against
 * differences too, and s of 1000 and -1000, whose exponential is no number. */
#include "lessons/check/functions.h"
#include "lessons/check/gan.h"
#include "lessons/check/grade.h"

#include <math.h>

enum { N = 5, BATCHES = GAN_BATCHES };
enum { RIGHT }; /* no mistake */

/* ---- Losses ---- */

static real yours(const GanBatch *t) {
    if (t->loss == GAN_LOSS_D) return (real)d_loss(t->n, t->real_s, t->fake_s);
    return (real)(t->loss == GAN_LOSS_USED ? g_loss_used(t->n, t->fake_s)
                                           : g_loss_written(t->n, t->fake_s));
}

static GanBatch random_batch(int n, int loss, Rng *rng) {
    return (GanBatch){.n = n,
                      .loss = loss,
                      .real_s = grade_random(rng, (size_t)n),
                      .fake_s = grade_random(rng, (size_t)n)};
}

/* s where one side is 0 and the other 0, 1000 or -1000, one picture each. */
static void grade_ends(Grade *g, const char *what, int loss, int count,
                       const double (*s)[2]) {
    GanBatch t[BATCHES];
    real *got = grade_room(BATCHES);
    for (int k = 0; k < BATCHES; k++) {
        const double *at = s[k < count ? k : 0];
        t[k] = (GanBatch){.n = 1,
                          .loss = loss,
                          .real_s = grade_copy(1, (const real[]){(real)at[0]}),
                          .fake_s = grade_copy(1, (const real[]){(real)at[1]})};
        got[k] = yours(&t[k]);
    }
    grade_formula(g, what, BATCHES, got, gan_losses, t, gan_loss_whys(loss), NULL);
}

static void grade_losses(Grade *g, int loss, const char *what, const char *high,
                         const char *low) {
    static const double up[][2] = {{0, 1000}, {1000, 1}, {1000, 1000}},
                        down[][2] = {{0, -1000}, {-1000, 1}, {-1000, -1000}},
                        middle[][2] = {{0, 0}};
    Rng rng = grade_rng(16 + (uint64_t)loss);
    GanBatch t[BATCHES];
    real *got = grade_room(BATCHES), *of_real = grade_zeros(BATCHES),
         *of_fake = grade_zeros(BATCHES);
    for (int k = 0; k < BATCHES; k++) {
        t[k] = random_batch(N, loss, &rng);
        got[k] = yours(&t[k]);
        of_real[k] = (real)gan_real_loss(&t[k]);
        of_fake[k] = (real)gan_fake_loss(&t[k]);
    }
    GradeHints hints = {0};
    if (loss == GAN_LOSS_D) {
        hints.terms[0] = (SumTerm){of_real, "-log D(real)", 1};
        hints.terms[1] = (SumTerm){of_fake, "-log(1 - D(fake))", 1};
    }
    grade_formula(g, what, BATCHES, got, gan_losses, t, gan_loss_whys(loss), &hints);
    grade_ends(g, "the loss where D is 1/2", loss, 1, middle);
    grade_ends(g, high, loss, 3, up);
    grade_ends(g, low, loss, 3, down);
}

static void grade_d(Grade *g) {
    grade_losses(g, GAN_LOSS_D, "L_D of eight batches", "L_D for s of 1000",
                 "L_D for s of -1000");
}

static void grade_written(Grade *g) {
    grade_losses(g, GAN_LOSS_WRITTEN, "L_G0 of eight batches", "L_G0 for s of 1000",
                 "L_G0 for s of -1000");
}

static void grade_used(Grade *g) {
    grade_losses(g, GAN_LOSS_USED, "L_G of eight batches", "L_G for s of 1000",
                 "L_G for s of -1000");
}

/* ---- Gradients ---- */

/* The gradient by real_s or by fake_s, on top of what was there. */
static real *gradient_of(const GanBatch *t) {
    const size_t n = (size_t)t->n;
    real *ds = t->before ? grade_copy(n, t->before) : grade_zeros(n);
    if (t->loss == GAN_LOSS_D && t->fake)
        d_loss_backward(t->n, t->real_s, t->fake_s, grade_zeros(n), ds);
    else if (t->loss == GAN_LOSS_D)
        d_loss_backward(t->n, t->real_s, t->fake_s, ds, grade_zeros(n));
    else if (t->loss == GAN_LOSS_USED)
        g_loss_used_backward(t->n, t->fake_s, ds);
    else
        g_loss_written_backward(t->n, t->fake_s, ds);
    return ds;
}

static void grade_batch(Grade *g, const char *what, const GanBatch *t) {
    const size_t n = (size_t)t->n;
    real *d = grade_room(n), *one = grade_room(n);
    GradeHints hints = {.before = t->before};
    for (int i = 0; i < t->n; i++) {
        d[i] = (real)gan_d(t, i);
        one[i] = 1 / (real)t->n;
    }
    const double right = gan_pull(t, RIGHT, 0), of_d = (double)d[0];
    const double sign = fabs(right + of_d) < 1e-12 ? -1 : 1;
    hints.terms[0] = (SumTerm){d, "D", sign};
    hints.terms[1] = (SumTerm){one, "1", right < of_d - 1e-12 && sign > 0 ? -1 : 0};
    grade_formula(g, what, n, gradient_of(t), gan_pulls, t, gan_back_whys, &hints);
}

static double right_loss(void *context) {
    return gan_loss(context, RIGHT);
}

static void grade_side(Grade *g, GanBatch t, const char *what, const char *before,
                       const char *large, Rng *rng) {
    real *s = grade_copy((size_t)t.n, t.fake ? t.fake_s : t.real_s);
    *(t.fake ? &t.fake_s : &t.real_s) = s;
    const GradeHints hints =
        grade_mistakes((size_t)t.n, gan_pulls, &t, gan_back_whys, NULL);
    grade_gradient(g, what, (size_t)t.n, s, right_loss, &t, gradient_of(&t), &hints);
    t.before = grade_random(rng, (size_t)t.n);
    grade_batch(g, before, &t);
    t.before = NULL;
    t.n = 5; /* n, and not a number of which there may be a factor */
    t.real_s = t.fake_s = grade_copy(5, (const real[]){0, -1000, 1000, -1000, 1000});
    grade_batch(g, large, &t);
}

static void grade_d_backward(Grade *g) {
    Rng rng = grade_rng(19);
    GanBatch t = random_batch(7, GAN_LOSS_D, &rng);
    grade_side(g, t, "L_D by real_s, against differences",
               "L_D by real_s, where there was something before",
               "L_D by real_s, for s of -1000 and 1000", &rng);
    t.fake = true;
    grade_side(g, t, "L_D by fake_s, against differences",
               "L_D by fake_s, where there was something before",
               "L_D by fake_s, for s of -1000 and 1000", &rng);
}

static void grade_g_backward(Grade *g, int loss) {
    Rng rng = grade_rng(20 + (uint64_t)loss);
    GanBatch t = random_batch(7, loss, &rng);
    t.fake = true;
    t.real_s = NULL;
    grade_side(g, t, "by fake_s, against differences",
               "by fake_s, where there was something before",
               "by fake_s, for s of -1000 and 1000", &rng);
}

static void grade_written_backward(Grade *g) {
    grade_g_backward(g, GAN_LOSS_WRITTEN);
}

static void grade_used_backward(Grade *g) {
    grade_g_backward(g, GAN_LOSS_USED);
}

static const Part parts[] = {{"d_loss", 4, grade_d},
                             {"d_loss_backward", 6, grade_d_backward},
                             {"g_loss_written", 4, grade_written},
                             {"g_loss_written_backward", 3, grade_written_backward},
                             {"g_loss_used", 4, grade_used},
                             {"g_loss_used_backward", 3, grade_used_backward},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "16_gan", parts);
}
