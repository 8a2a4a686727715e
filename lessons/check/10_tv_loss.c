/* Grades exercise 10: losses and gradients of images that are wide and tall, of single
 * rows, columns and pixels, and of images with equal neighbours. */
#include <math.h>

#include "lessons/check/functions.h"
#include "lessons/check/grade.h"
#include "lessons/check/variation.h"

enum { H = 6, W = 7 };

/* ---- Losses ---- */

static VariationImage random_image(int h, int w, bool squares, Rng *rng) {
    return (VariationImage){h, w, grade_random(rng, (size_t)(h * w)), NULL, squares};
}

static double yours(const VariationImage *t) {
    return t->squares ? tv_squares(t->h, t->w, t->x) : tv_abs(t->h, t->w, t->x);
}

/* An image that changes only downwards, or only to the right. */
static VariationImage striped(const VariationImage *like, bool down) {
    real *x = grade_room((size_t)(like->h * like->w));
    for (int k = 0; k < like->h * like->w; k++)
        x[k] = like->x[down ? k / like->w * like->w : k % like->w];
    return (VariationImage){like->h, like->w, x, NULL, like->squares};
}

/* What is known when one direction is right: `wrong` for downwards, and to the right. */
static const char *only_one(const bool wrong[2]) {
    return wrong[0] == wrong[1] ? NULL
           : wrong[0]           ? "only the downward differences are wrong"
                                : "only the differences to the right are wrong";
}

static const char *wrong_losses(const VariationImage *like) {
    bool wrong[2];
    for (int right = 0; right < 2; right++) {
        const VariationImage t = striped(like, !right);
        const double loss = variation_loss(&t, true, true);
        wrong[right] = !(fabs((double)yours(&t) - loss) <= 1e-6 * loss);
    }
    return only_one(wrong);
}

static void grade_images(Grade *g, const char *what, const VariationImage *t) {
    real *got = grade_room(VARIATION_IMAGES), *down = grade_room(VARIATION_IMAGES),
         *right = grade_room(VARIATION_IMAGES);
    for (int k = 0; k < VARIATION_IMAGES; k++) {
        got[k] = (real)yours(&t[k]);
        down[k] = (real)variation_loss(&t[k], true, false);
        right[k] = (real)variation_loss(&t[k], false, true);
    }
    const VariationMistakes all = variation_loss_mistakes(t);
    grade_formula(g, what, VARIATION_IMAGES, got, variation_losses, &all, all.whys,
                  &(GradeHints){.otherwise = wrong_losses(&t[0]),
                                .suspects = {{1 / (double)(t->h * t->w),
                                              "divided by the number of pixels"}},
                                .terms = {{down, "the downward differences", 1},
                                          {right, "the differences to the right", 1}}});
}

static void grade_losses(Grade *g, bool squares, const char *what, const char *what_tall,
                         const char *what_small) {
    Rng rng = grade_rng(squares ? 10 : 11);
    VariationImage wide[VARIATION_IMAGES], tall[VARIATION_IMAGES];
    for (int k = 0; k < VARIATION_IMAGES; k++) {
        wide[k] = random_image(H, W, squares, &rng);
        tall[k] = random_image(8, 3, squares, &rng);
    }
    grade_images(g, what, wide);
    grade_images(g, what_tall, tall);
    /* 3^2 + 2^2 = 13; |3| + |-2| = 5; nothing for a single pixel and for a flat image. */
    const real sum = squares ? 13 : 5, *x = grade_copy(3, (const real[]){1, 4, 2}),
               *flat = grade_copy(4, (const real[]){3, 3, 3, 3});
    grade_numbers(
        g, what_small, 4,
        (const real[]){(real)yours(&(VariationImage){1, 3, x, NULL, squares}),
                       (real)yours(&(VariationImage){3, 1, x, NULL, squares}),
                       (real)yours(&(VariationImage){1, 1, x, NULL, squares}),
                       (real)yours(&(VariationImage){2, 2, flat, NULL, squares})},
        (const real[]){sum, sum, 0, 0}, NULL);
}

static void grade_squares(Grade *g) {
    grade_losses(g, true, "tv_squares of eight images of 6 x 7",
                 "tv_squares of eight images of 8 x 3",
                 "tv_squares of a row, a column, a pixel, a flat image");
}

static void grade_abs(Grade *g) {
    grade_losses(g, false, "tv_abs of eight images of 6 x 7",
                 "tv_abs of eight images of 8 x 3",
                 "tv_abs of a row, a column, a pixel, a flat image");
}

/* ---- Gradients ---- */

static void yours_backward(const VariationImage *t, real *dx) {
    if (t->squares)
        tv_squares_backward(t->h, t->w, t->x, dx);
    else
        tv_abs_backward(t->h, t->w, t->x, dx);
}

static void grade_pulls(Grade *g, const char *what, const VariationImage *t) {
    const size_t n = (size_t)(t->h * t->w);
    GradeHints hints = {.rows = t->h, .columns = t->w, .before = t->before};
    for (int k = 0; k < VARIATION_ENDS; k++) {
        real *numbers = grade_zeros(n);
        variation_pull(t, &variation_ends[k], numbers);
        hints.terms[k] = (SumTerm){numbers, variation_ends[k].name, 1};
    }
    real *dx = t->before ? grade_copy(n, t->before) : grade_zeros(n);
    yours_backward(t, dx);
    const VariationMistakes all = variation_pull_mistakes(t);
    grade_formula(g, what, n, dx, variation_pulls, &all, all.whys, &hints);
}

/* x is 0, 1 or 2: many neighbours are equal. */
static VariationImage image_of_steps(int h, int w, bool squares, Rng *rng) {
    real *x = grade_room((size_t)(h * w));
    for (int k = 0; k < h * w; k++)
        x[k] = (real)rng_below(rng, 3);
    return (VariationImage){h, w, x, NULL, squares};
}

static double right_loss(void *context) {
    return variation_loss(context, true, true);
}

/* Against differences, of numbers that are a tenth apart at least: no kink is near. */
static void grade_differences(Grade *g, const char *what, bool squares, Rng *rng) {
    real *x = grade_room(H * W), *dx = grade_zeros(H * W);
    for (int k = 0; k < H * W; k++)
        x[k] = (real)k / 10 - 2;
    for (int k = H * W - 1; k > 0; k--) {
        const int other = (int)rng_below(rng, (uint32_t)k + 1);
        const real kept = x[k];
        x[k] = x[other];
        x[other] = kept;
    }
    VariationImage t = {H, W, x, NULL, squares};
    yours_backward(&t, dx);
    const VariationMistakes all = variation_pull_mistakes(&t);
    const GradeHints hints = grade_mistakes(H * W, variation_pulls, &all, all.whys, NULL);
    grade_gradient(g, what, H * W, x, right_loss, &t, dx, &hints);
}

static void grade_backward(Grade *g, bool squares) {
    Rng rng = grade_rng(squares ? 12 : 13);
    VariationImage t = random_image(H, W, squares, &rng);
    grade_pulls(g, "gradient of 6 x 7", &t);
    t = random_image(8, 3, squares, &rng);
    t.before = grade_random(&rng, 24);
    grade_pulls(g, "gradient of 8 x 3, where there was something before", &t);
    t = image_of_steps(5, 6, squares, &rng);
    grade_pulls(g, "gradient where many neighbours are equal", &t);
    t = (VariationImage){2, 2, grade_copy(4, (const real[]){3, 3, 3, 3}), NULL, squares};
    grade_pulls(g, "gradient of a flat picture", &t);
    const real *row = grade_copy(8, (const real[]){1, 4, 2, 2, 3, 9, 8, 5});
    grade_pulls(g, "gradient of one row", &(VariationImage){1, 8, row, NULL, squares});
    grade_pulls(g, "gradient of one column", &(VariationImage){8, 1, row, NULL, squares});
    grade_differences(g, "gradient of 6 x 7, against differences", squares, &rng);
}

static void grade_squares_backward(Grade *g) {
    grade_backward(g, true);
}

static void grade_abs_backward(Grade *g) {
    grade_backward(g, false);
}

static const Part parts[] = {{"tv_squares", 3, grade_squares},
                             {"tv_squares_backward", 7, grade_squares_backward},
                             {"tv_abs", 3, grade_abs},
                             {"tv_abs_backward", 7, grade_abs_backward},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "10_tv_loss", parts);
}
