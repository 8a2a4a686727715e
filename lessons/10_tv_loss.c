/* Lesson 10: how does one ask for a smooth picture?
 *
 *     squares   sum of d^2                      document 000, 4.3; document 002, 2.5
 *     abs       sum of |d|                      the code of document 000, 5
 *     pow1.25   sum of (a^2 + b^2)^1.25         the code of document 003, 5.2
 *
 * over all differences d of neighbours; a and b are the two of one pixel.
 *
 *     make lesson-10        or   build/double/lessons/10_tv_loss photo.jpg painting.jpg
 *
 * You will see: what a jump and a slope of the same height cost; a noisy photograph that
 * each form smooths; and a painted picture without and with total variation. */
#include <math.h>

#include "lessons/lesson.h"
#include "losses/total.h"
#include "optim/optimizer.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"

#define NOISE 0.1 /* standard deviation; pixels are 0 to 1 */
enum { CLEAN, NOISY, SMOOTH, SHOWN = SMOOTH + TV_FORMS, ROW = 38 };
static const char *const name[] = {"clean", "noisy", "squares", "abs", "pow1.25"};

static void look_at(Lesson *l, TvForm form);
static Tensor smooth(Lesson *l, Tensor noisy, TvForm form);
static double distance(Tensor a, Tensor b);
static void draw_row(Lesson *l, const Tensor *pictures);
static Tensor paint(Lesson *l, Network *net, Tensor photo, Tensor style, double gamma);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "10_tv_loss", 128);
    Tensor photo = lesson_picture(l, 0, "scene.png");
    Tensor style = lesson_picture(l, 1, "painting.png");
    Tensor shown[SHOWN] = {photo, tensor_clone(lesson_arena(l), photo)};
    Rng rng = rng_seed(10);
    for (size_t i = 0; i < shape_size(photo.shape); i++)
        shown[NOISY].data[i] += (real)(NOISE * rng_normal(&rng));
    for (int form = 0; form < TV_FORMS; form++) {
        look_at(l, (TvForm)form);
        shown[SMOOTH + form] = smooth(l, shown[NOISY], (TvForm)form);
    }
    lesson_print(l, "\naway from the clean photograph:");
    for (int k = NOISY; k < SHOWN; k++)
        lesson_print(l, "  %s %.3f", name[k], distance(shown[k], photo));
    lesson_show_sheet(l, "noise.png", SHOWN, shown, 3);
    draw_row(l, shown);
    Network *net = lesson_network(l);
    lesson_print(l, "\n\npainted, gamma  content   style      tv\n");
    Tensor painted[] = {paint(l, net, photo, style, 0),
                        paint(l, net, photo, style, 1e-3)};
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
static Tensor smooth(Lesson *l, Tensor noisy, TvForm form) {
    static const double gamma[TV_FORMS] = {0.4, 0.08, 1.5}; /* what suits each best */
    Tensor x = tensor_clone(lesson_arena(l), noisy);
    Tape *tape = tape_new();
    Node *p = tape_variable(tape, x), *target = tape_constant(tape, noisy);
    Node *terms[] = {ag_content_loss(p, target, CONTENT_HALF_SUM), ag_tv_loss(p, form)};
    Node *loss = ag_weighted_sum(2, terms, (double[]){1, gamma[form]});
    Objective pixels = {shape_size(x.shape), x.data, p->grad, evaluate, loss};
    Adam settings = {.lr = 0.005, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8};
    Optimizer *adam = adam_new(lesson_arena(l), pixels, settings);
    for (int step = 0; step < 100; step++)
        optimizer_step(adam);
    tape_free(tape);
    return x;
}

/* Root of the mean square difference. */
static double distance(Tensor a, Tensor b) {
    double sum = 0;
    for (size_t i = 0; i < shape_size(a.shape); i++)
        sum += (double)((a.data[i] - b.data[i]) * (a.data[i] - b.data[i]));
    return sqrt(sum / (double)shape_size(a.shape));
}

/* The green of part of a row, where our photograph has its tower. */
static void draw_row(Lesson *l, const Tensor *pictures) {
    const Shape s = pictures[0].shape;
    double x[ROW], y[SHOWN][ROW];
    Series series[SHOWN];
    for (int k = 0; k < SHOWN; k++) {
        for (int i = 0; i < ROW; i++) {
            x[i] = (s.w * 6 / 10 + i) % s.w;
            y[k][i] = (double)*tensor_at(pictures[k], 0, 1, s.h / 2, (int)x[i]);
        }
        series[k] = (Series){name[k], ROW, x, y[k]};
    }
    lesson_plot(l, "row.svg",
                &(Plot){"One row of pixels, across the tower", "column", "green", false,
                        false, SHOWN, series});
}

static bool go_on(void *context, const Problem *problem, const PaintStep *step) {
    return (void)context, (void)problem, (void)step, true;
}

/* The whole transfer (lesson 13) with this weight of total variation. */
static Tensor paint(Lesson *l, Network *net, Tensor photo, Tensor style, double gamma) {
    Recipe recipe;
    Problem p;
    Error err;
    if (!recipe_read("paint", &recipe, &err)) lesson_fail(l, &err);
    recipe.steps = 40, recipe.tv_weight = gamma;
    if (!recipe_complete(&recipe, net, &err) ||
        !recipe_choose_rate(&recipe, net, photo.shape, &err) ||
        !problem_init(&p, lesson_arena(l), &recipe, net, photo, style, photo, &err))
        lesson_fail(l, &err);
    const Terms end = paint_run(&p, lesson_arena(l), go_on, NULL).terms;
    lesson_print(l, "%14g %8.1g %7.1g %7.0e\n", gamma, end.content, end.style, end.tv);
    Tensor picture = problem_picture(&p, lesson_arena(l));
    problem_free(&p);
    return picture;
}

/* Three exercises; lessons/exercises/10_tv_loss.c asks for the first two:
 *   1. Total variation of squares and its gradient.   2. The same of absolute values.
 *   3. In smooth(), make gamma 10 times larger: which form keeps the tower's edge? */
