/* Lesson 10: how does one ask for a smooth picture?
 *
 *     squares   sum of d^2                      document 000, 4.3; document 002, 2.5
 *     abs       sum of |d|                      the code of document 000, 5
 *     pow1.25   sum of (a^2 + b^2)^1.25         the code of document 003, 5.2
 * over all differences d of neighbours; a and b are the two of one pixel.
 *
 *     make lesson-10        or   build/double/lessons/10_tv_loss photo.jpg painting.jpg
 *
 * You will see: the cost of a jump and of slopes; noise smoothed; a painting with tv. */
#include <math.h>

#include "lessons/lesson.h"
#include "losses/total.h"
#include "optim/optimizer.h"
#include "tensor/sums.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"

enum { CLEAN, NOISY, SMOOTH, FORMS = 3, SHOWN = SMOOTH + FORMS, ROW = 38 };
static const char *const name[] = {"clean", "noisy", "squares", "abs", "pow1.25"};

static void look_at(Lesson *l, TvForm form);
static Tensor smooth(Lesson *l, Tensor photo, Tensor noisy, TvForm form);
static void draw_tower_row(Lesson *l, const Tensor *pictures);
static Tensor paint(Lesson *l, Tensor photo, Tensor style, double gamma);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "10_tv_loss", 128);
    Tensor photo = lesson_picture(l, 0, "scene.png");
    Tensor style = lesson_picture(l, 1, "painting.png");
    Tensor shown[SHOWN] = {photo, tensor_clone(lesson_arena(l), photo)};
    Rng rng = rng_seed(10);
    for (size_t i = 0; i < shape_size(photo.shape); i++)
        shown[NOISY].data[i] += (real)(0.1 * rng_normal(&rng));
    for (int form = 0; form < FORMS; form++) {
        look_at(l, (TvForm)form);
        shown[SMOOTH + form] = smooth(l, photo, shown[NOISY], (TvForm)form);
    }
    lesson_show_sheet(l, "noise.png", SHOWN, shown, 3);
    draw_tower_row(l, shown);
    lesson_print(l, "painted, gamma  content   style      tv\n");
    Tensor painted[] = {paint(l, photo, style, 0), paint(l, photo, style, 1e-3)};
    lesson_show_sheet(l, "painted.png", 2, painted, 2);
    return lesson_end(l);
}

/* Two equal rows go up by 1 in steps of d: what it costs, what pulls on the foot. */
static void look_at(Lesson *l, TvForm form) {
    Tape *tape = tape_new();
    lesson_print(l, "%s\n", tv_forms[form].formula);
    for (int steps = 1; steps <= 8; steps *= 2) {
        Tensor x = tensor_alloc(lesson_arena(l), (Shape){1, 1, 2, steps + 1});
        for (int i = 0; i < 2 * (steps + 1); i++)
            x.data[i] = (real)(i % (steps + 1)) / (real)steps;
        Node *slope = tape_variable(tape, x), *tv = ag_tv_loss(slope, form);
        tape_backward(tape, tv);
        lesson_print(l, "  %d steps of d = %-5g  cost %.3f  pull %.3f\n", steps,
                     1.0 / steps, (double)node_scalar(tv) / (form == TV_POW125 ? 1 : 2),
                     -(double)slope->grad[0]);
    }
    Node *y = ag_tv_loss(tape_example_variable(tape, (Shape){1, 3, 7, 9}), form);
    lesson_gradcheck(l, name[SMOOTH + form], tape, y);
    tape_free(tape);
}

static double evaluate(void *context) {
    Node *loss = context;
    tape_forward(loss->tape);
    tape_backward(loss->tape, loss);
    return (double)node_scalar(loss);
}

/* The least 1/2 sum (x - noisy)^2 + gamma tv(x): near the noisy picture, but smooth. */
static Tensor smooth(Lesson *l, Tensor photo, Tensor noisy, TvForm form) {
    static const double gamma[FORMS] = {0.6, 0.06, 2}; /* about the best for each */
    Tensor x = tensor_clone(lesson_arena(l), noisy);
    const size_t n = shape_size(x.shape);
    Tape *tape = tape_new();
    Node *p = tape_variable(tape, x), *target = tape_constant(tape, noisy);
    Node *terms[] = {ag_content_loss(p, target, CONTENT_HALF_SUM), ag_tv_loss(p, form)};
    Node *loss = ag_weighted_sum(2, terms, (double[]){1, gamma[form]});
    Objective pixels = {n, x.data, p->grad, evaluate, loss};
    Adam settings = ADAM_DEFAULTS;
    settings.lr = 0.005;
    Optimizer *adam = adam_new(lesson_arena(l), pixels, settings);
    for (int step = 0; step < 100; step++)
        optimizer_step(adam);
    tape_free(tape);
    const double off = sqrt(sum_squared_differences(n, x.data, photo.data) / (double)n);
    lesson_print(l, "noise of 0.1, smoothed: %.3f away from the photograph\n\n", off);
    return x;
}

static void draw_tower_row(Lesson *l, const Tensor *pictures) {
    const int w = pictures[0].shape.w, h = pictures[0].shape.h;
    double x[ROW], y[SHOWN][ROW];
    Series series[SHOWN];
    for (int k = 0; k < SHOWN; k++) {
        for (int i = 0; i < ROW; i++) {
            x[i] = (w * 6 / 10 + i) % w;
            y[k][i] = (double)*tensor_at(pictures[k], 0, 1, h / 2, (int)x[i]);
        }
        series[k] = (Series){name[k], ROW, x, y[k]};
    }
    const Plot plot = {
        "One row of pixels", "column", "green", false, false, SHOWN, series};
    lesson_plot(l, "row.svg", &plot);
}

/* The whole transfer (lesson 13) with this weight of total variation. */
static Tensor paint(Lesson *l, Tensor photo, Tensor style, double gamma) {
    Network *net = lesson_network(l);
    Recipe recipe;
    Problem p;
    Error err;
    if (!recipe_read("paint", &recipe, &err) || !recipe_complete(&recipe, net, &err))
        lesson_fail(l, &err);
    recipe.steps = 40, recipe.tv_weight = gamma, recipe.rate = 1;
    if (!problem_init(&p, lesson_arena(l), &recipe, net, photo, style, photo, &err))
        lesson_fail(l, &err);
    const Terms end = paint_run(&p, lesson_arena(l), NULL, NULL).terms;
    lesson_print(l, "%14g %8.1g %7.1g %7.0e\n", gamma, end.content, end.style, end.tv);
    photo = problem_picture(&p, lesson_arena(l));
    problem_free(&p);
    return photo;
}

/* Three exercises: tv of squares, of absolute values; gamma in smooth() 10 times larger.
 */
