/* Lesson 10: how does one ask for a smooth image?
 *
 * Total variation adds up the differences d of neighbouring pixels:
 *
 *     squares   sum of d^2                      document 000, 4.3; document 002, 2.5
 *     abs       sum of |d|                      the code of document 000, 5
 *     pow1.25   sum of (a^2 + b^2)^1.25         the code of document 003, 5.2
 *
 * a and b are the two differences of one pixel, to the right and down.
 *
 *     make lesson-10        or   build/double/lessons/10_tv_loss photo.jpg painting.jpg
 *
 * You will see what a jump costs and what the same rise in several steps costs, an image
 * with noise that is smoothed, and a painting with and without total variation. */
#include <math.h>

#include "lessons/lesson.h"
#include "losses/total.h"
#include "optim/optimizer.h"
#include "tensor/kernels/sums.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"
#include "transfer/recipe_usual.h"

enum { FORMS = 3, CLEAN = 0, NOISY = 1, SMOOTHED = 2, IMAGES = SMOOTHED + FORMS };
static const char *const names[IMAGES] = {"clean", "noisy", "squares", "abs", "pow1.25"};

static Tensor add_noise(Lesson *l, Tensor photo);
static void look_at(Lesson *l, TvForm form);
static Tensor smooth(Lesson *l, Tensor photo, Tensor noisy, TvForm form);
static void draw_tower_row(Lesson *l, const Tensor *images);
static Tensor paint(Lesson *l, Tensor photo, Tensor style, double gamma);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "10_tv_loss", 128);
    Tensor photo = lesson_image(l, 0, "scene.png");
    Tensor style = lesson_image(l, 1, "painting.png");

    Tensor images[IMAGES];
    images[CLEAN] = photo;
    images[NOISY] = add_noise(l, photo);
    for (int i = 0; i < FORMS; i++) {
        const TvForm form = (TvForm)i;
        look_at(l, form);
        images[SMOOTHED + i] = smooth(l, photo, images[NOISY], form);
    }
    lesson_show_sheet(l, "noise.png", IMAGES, images, 3);
    draw_tower_row(l, images);

    lesson_print(l, "painted with gamma   J_content   J_style      J_tv\n");
    Tensor painted[2];
    painted[0] = paint(l, photo, style, 0);
    painted[1] = paint(l, photo, style, 1e-3);
    lesson_show_sheet(l, "painted.png", 2, painted, 2);
    return lesson_end(l);
}

/* Normal noise with standard deviation 0.1. */
static Tensor add_noise(Lesson *l, Tensor photo) {
    Tensor noisy = tensor_clone(lesson_arena(l), photo);
    Rng rng = rng_seed(10);
    for (size_t i = 0; i < shape_size(noisy.shape); i++)
        noisy.data[i] += (real)(0.1 * rng_normal(&rng));
    return noisy;
}

/* Two equal rows that rise from 0 to 1 in steps of d. */
static Tensor slope_image(Lesson *l, int steps) {
    const int w = steps + 1;
    Tensor x = tensor_alloc(lesson_arena(l), (Shape){1, 1, 2, w});
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < w; j++)
            *tensor_at(x, 0, 0, i, j) = (real)j / (real)steps;
    return x;
}

/* What a rise costs in each number of steps, and how its first pixel is pulled upwards.
 * pow1.25 has one term for both rows, the other forms have one for each. */
static void look_at(Lesson *l, TvForm form) {
    const int rows = form == TV_POW125 ? 1 : 2;
    Tape *tape = tape_new();
    lesson_print(l, "%s: %s\n", tv_forms[form].name, tv_forms[form].formula);
    lesson_print(l, "    steps         d         cost   pull on first pixel\n");
    for (int steps = 1; steps <= 8; steps *= 2) {
        Node *slope = tape_variable(tape, slope_image(l, steps));
        Node *tv = ag_tv_loss(slope, form);
        tape_backward(tape, tv);
        lesson_print(l, "%9d %9g %12.3f %21.3f\n", steps, 1.0 / steps,
                     (double)node_scalar(tv) / rows, -(double)slope->grad[0]);
    }
    Node *x = tape_example_variable(tape, (Shape){1, 3, 7, 9});
    lesson_gradcheck(l, names[SMOOTHED + (int)form], tape, ag_tv_loss(x, form));
    tape_free(tape);
}

/* Computes the loss and its gradient at the present x. */
static double evaluate(void *context) {
    Node *loss = context;
    tape_forward(loss->tape);
    tape_backward(loss->tape, loss);
    return (double)node_scalar(loss);
}

/* Minimises 1/2 sum (x - noisy)^2 + gamma tv(x): close to the noisy image, but smooth. */
static Tensor smooth(Lesson *l, Tensor photo, Tensor noisy, TvForm form) {
    static const double gamma[FORMS] = {0.6, 0.06, 2}; /* about the best for each form */
    Tensor x = tensor_clone(lesson_arena(l), noisy);
    const size_t n = shape_size(x.shape);

    Tape *tape = tape_new();
    Node *pixels = tape_variable(tape, x);
    Node *target = tape_constant(tape, noisy);
    Node *terms[2];
    terms[0] = ag_content_loss(pixels, target, CONTENT_HALF_SUM);
    terms[1] = ag_tv_loss(pixels, form);
    const double weights[2] = {1, gamma[form]};
    Node *loss = ag_weighted_sum(2, terms, weights);

    Objective objective = {n, x.data, pixels->grad, evaluate, loss};
    Adam settings = ADAM_DEFAULTS;
    settings.lr = 0.005;
    Optimizer *adam = adam_new(lesson_arena(l), objective, settings);
    for (int step = 0; step < 100; step++)
        optimizer_step(adam);
    tape_free(tape);

    const double squares = sum_squared_differences(n, x.data, photo.data);
    lesson_print(l, "noise of 0.1 becomes %.3f (root mean square of x - photograph)\n\n",
                 sqrt(squares / (double)n));
    return x;
}

/* The green values of one row of pixels through the tower, in every image. */
static void draw_tower_row(Lesson *l, const Tensor *images) {
    enum { PIXELS = 38, GREEN = 1 };
    const int w = images[0].shape.w;
    const int row = images[0].shape.h / 2;
    double column[PIXELS];
    double green[IMAGES][PIXELS];
    Series series[IMAGES];
    for (int i = 0; i < PIXELS; i++)
        column[i] = (w * 6 / 10 + i) % w;
    for (int k = 0; k < IMAGES; k++) {
        for (int i = 0; i < PIXELS; i++)
            green[k][i] = (double)*tensor_at(images[k], 0, GREEN, row, (int)column[i]);
        series[k] = (Series){names[k], PIXELS, column, green[k]};
    }
    const Plot plot = {.title = "One row of pixels",
                       .x_label = "column",
                       .y_label = "green",
                       .series_count = IMAGES,
                       .series = series};
    lesson_plot(l, "row.svg", &plot);
}

/* The whole transfer (lesson 13) with this weight of total variation. */
static Tensor paint(Lesson *l, Tensor photo, Tensor style, double gamma) {
    Network *net = lesson_network(l);
    Recipe recipe;
    Problem problem;
    Error err;
    if (!recipe_read("paint", &recipe, &err)) lesson_fail(l, &err);
    if (!recipe_complete(&recipe, net, &err)) lesson_fail(l, &err);
    recipe.run.steps = 40;
    recipe.tv.weight = gamma;
    recipe.optimizer.schedule.lr = 1;
    if (!problem_init(&problem, lesson_arena(l), &recipe, net, photo, style, photo, &err))
        lesson_fail(l, &err);

    const Terms end = paint_run(&problem, lesson_arena(l), NULL, NULL).terms;
    lesson_print(l, "%18g %11s %9s %9s\n", gamma, lesson_about(l, end.content),
                 lesson_about(l, end.style), lesson_about(l, end.tv));
    Tensor painted = problem_image(&problem, lesson_arena(l));
    problem_free(&problem);
    return painted;
}

/* Exercises
 * 1. Write the loss and gradient of the squares in mine/10_tv_loss.c.
 * 2. Write the loss and gradient of the absolute values there.
 * 3. Make gamma in smooth() ten times as large. What happens to the tower and its edge?
 */
