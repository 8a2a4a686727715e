/* Grades exercise 18: moments of several channels, of one, and far from 0; AdaIN with all of
 * the style, with a part of it and with none; gradients against differences, and where there
 * was something before. */
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"
#include "lessons/check/moments.h"

static size_t size_of(const AdainImage *t) {
    return (size_t)(t->of.channels * t->of.positions);
}

/* Channels have other means and deviations, so that those of another one are wrong. */
static AdainImage random_image(int channels, int positions, double epsilon, double alpha,
                               Rng *rng) {
    const size_t size = (size_t)(channels * positions), all = (size_t)channels;
    real *x = grade_random(rng, size), *deviation = grade_random(rng, all);
    for (int e = 0; e < channels * positions; e++) {
        const int c = e / positions;
        x[e] = (real)((double)x[e] * (0.7 + 0.6 * c) + 0.5 + 0.8 * c);
    }
    for (int c = 0; c < channels; c++)
        deviation[c] = (real)(1.5 + 0.4 * c + 0.2 * (double)deviation[c]);
    return (AdainImage){.of = {.channels = channels,
                               .positions = positions,
                               .epsilon = epsilon,
                               .x = x,
                               .dz = grade_random(rng, size)},
                        .alpha = alpha,
                        .mean = grade_random(rng, all),
                        .deviation = deviation,
                        .d_mean = grade_random(rng, all),
                        .d_deviation = grade_random(rng, all)};
}

/* ---- moments ---- */

static void grade_pair(Grade *g, const char *of_mean, const char *of_deviation,
                       const AdainImage *t, const char *otherwise) {
    const size_t n = (size_t)t->of.channels;
    real *mean = grade_room(n), *deviation = grade_room(n);
    moments(t->of.channels, t->of.positions, t->of.epsilon, t->of.x, mean, deviation);
    const GradeHints hints = {.values = moments_values};
    grade_formula(g, of_mean, n, mean, moments_means, t, moments_whys, &hints);
    const GradeHints more = {.values = moments_values, .otherwise = otherwise};
    grade_formula(g, of_deviation, n, deviation, moments_deviations, t, moments_whys,
                  &more);
}

static void grade_moments(Grade *g) {
    Rng rng = grade_rng(18);
    AdainImage t = random_image(5, 8, 0.3, 1, &rng);
    grade_pair(g, "means of 5 channels", "deviations of 5 channels", &t, NULL);
    t = random_image(3, 15, 0.01, 1, &rng);
    grade_pair(g, "means of 3 channels", "deviations of 3 channels", &t, NULL);
    t = random_image(2, 9, 1e-5, 1, &rng);
    real *far = grade_copy(size_of(&t), t.of.x);
    for (size_t e = 0; e < size_of(&t); e++)
        far[e] += 10000000;
    t.of.x = far;
    grade_pair(g, "means near 10000000", "deviations of channels near 10000000", &t,
               "mean of x^2 - m^2 has no digits left here: mean of (x - m)^2");
}

/* ---- moments_backward ---- */

static real *start_of(const AdainImage *t) {
    return t->of.before ? grade_copy(size_of(t), t->of.before) : grade_zeros(size_of(t));
}

static GradeHints shape_of(const AdainImage *t, const char *const *values) {
    return (GradeHints){.rows = t->of.channels,
                        .columns = t->of.positions,
                        .before = t->of.before,
                        .values = values};
}

static real *moments_back_of(const AdainImage *t) {
    real *dx = start_of(t);
    moments_backward(t->of.channels, t->of.positions, t->of.epsilon, t->of.x, t->d_mean,
                     t->d_deviation, dx);
    return dx;
}

static double moments_right(void *context) {
    return moments_loss(context);
}

static void grade_moments_dx(Grade *g, const char *what, const AdainImage *t) {
    const GradeHints hints = shape_of(t, moments_back_values);
    grade_formula(g, what, size_of(t), moments_back_of(t), moments_pulls, t,
                  moments_back_whys, &hints);
}

static void grade_moments_back(Grade *g) {
    Rng rng = grade_rng(19);
    AdainImage t = random_image(3, 8, 0.3, 1, &rng);
    real *x = grade_copy(size_of(&t), t.of.x);
    t.of.x = x;
    GradeHints hints = shape_of(&t, moments_back_values);
    hints = grade_mistakes(size_of(&t), moments_pulls, &t, moments_back_whys, &hints);
    grade_gradient(g, "dx of 3 channels, against differences", size_of(&t), x,
                   moments_right, &t, moments_back_of(&t), &hints);
    t.of.before = grade_random(&rng, size_of(&t));
    grade_moments_dx(g, "dx of 3 channels, where there was something before", &t);
    t = random_image(1, 15, 0.01, 1, &rng);
    grade_moments_dx(g, "dx of one channel", &t);
    t = random_image(4, 3, 1.7, 1, &rng);
    grade_moments_dx(g, "dx of 4 channels, 3 positions, epsilon 1.7", &t);
    static const real flat[] = {5, 5, 5, 5, -2, 2, -2, 2};
    t = random_image(2, 4, 1, 1, &rng);
    t.of.x = flat;
    t.of.before = grade_random(&rng, size_of(&t));
    grade_moments_dx(g, "dx of a channel without contrast", &t);
}

/* ---- adain ---- */

static void grade_y(Grade *g, const char *what, const AdainImage *t) {
    real *y = grade_room(size_of(t));
    adain(t->of.channels, t->of.positions, t->of.epsilon, t->alpha, t->of.x, t->mean,
          t->deviation, y);
    const GradeHints hints = shape_of(t, norm_values);
    grade_formula(g, what, size_of(t), y, adain_blend, t, adain_whys(), &hints);
}

static void grade_adain(Grade *g) {
    Rng rng = grade_rng(20);
    AdainImage t = random_image(3, 8, 0.3, 0.3, &rng);
    grade_y(g, "y of 3 channels, alpha 0.3", &t);
    t = random_image(1, 15, 0.01, 0.8, &rng);
    grade_y(g, "y of one channel, alpha 0.8", &t);
    t = random_image(4, 3, 1.7, 1, &rng);
    grade_y(g, "y of 4 channels, epsilon 1.7, alpha 1", &t);
    t.alpha = 0;
    grade_y(g, "y for alpha 0: x itself", &t);
    static const real flat[] = {5, 5, 5, 5, -2, 2, -2, 2};
    t = random_image(2, 4, 1e-12, 1, &rng);
    t.of.x = flat;
    grade_y(g, "y of a channel without contrast, and of one of -2 and 2", &t);
}

/* ---- adain_backward ---- */

static real *adain_back_of(const AdainImage *t) {
    real *dx = start_of(t);
    adain_backward(t->of.channels, t->of.positions, t->of.epsilon, t->alpha, t->of.x,
                   t->deviation, t->of.dz, dx);
    return dx;
}

static double adain_right(void *context) {
    return adain_loss(context);
}

static void grade_adain_dx(Grade *g, const char *what, const AdainImage *t) {
    const GradeHints hints = shape_of(t, norm_back_values);
    grade_formula(g, what, size_of(t), adain_back_of(t), adain_pulls, t,
                  adain_back_whys(), &hints);
}

static void grade_adain_back(Grade *g) {
    Rng rng = grade_rng(21);
    AdainImage t = random_image(3, 8, 0.3, 0.6, &rng);
    real *x = grade_copy(size_of(&t), t.of.x);
    t.of.x = x;
    GradeHints hints = shape_of(&t, norm_back_values);
    hints = grade_mistakes(size_of(&t), adain_pulls, &t, adain_back_whys(), &hints);
    grade_gradient(g, "dx of 3 channels, against differences", size_of(&t), x,
                   adain_right, &t, adain_back_of(&t), &hints);
    t.of.before = grade_random(&rng, size_of(&t));
    grade_adain_dx(g, "dx of 3 channels, where there was something before", &t);
    t = random_image(1, 15, 0.01, 0.8, &rng);
    grade_adain_dx(g, "dx of one channel", &t);
    t = random_image(4, 3, 1.7, 1, &rng);
    grade_adain_dx(g, "dx of 4 channels, 3 positions, alpha 1", &t);
    t.alpha = 0;
    t.of.before = grade_random(&rng, size_of(&t));
    grade_adain_dx(g, "dx for alpha 0: dy", &t);
}

static const Part parts[] = {{"moments", 6, grade_moments},
                             {"moments_backward", 5, grade_moments_back},
                             {"adain", 5, grade_adain},
                             {"adain_backward", 5, grade_adain_back},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "18_adain", parts);
}
