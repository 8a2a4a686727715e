/* Lesson 10: how does one ask for a smooth picture?
 *
 *     squares   sum of d^2                      document 000, 4.3; document 002, 2.5
 *     abs       sum of |d|                      the code of document 000, 5
 *     pow1.25   sum of (a^2 + b^2)^1.25         the code of document 003, 5.2
 *
 * over the differences d of neighbours; a and b are those of one pixel.
 *
 *     make lesson-10        or   build/double/lessons/10_tv_loss photo.jpg painting.jpg
 *
 * You will see: what a jump and a slope of the same height cost; a noisy photograph that
 * each form smooths; and a painted picture without and with total variation. */
#include <math.h>

#include "autograd/ops.h"
#include "lessons/lesson.h"
#include "losses/total.h"
#include "losses/tv.h"
#include "optim/optimizer.h"
#include "transfer/paint.h"

#define NOISE 0.1 /* standard deviation; pixels are 0 to 1 */
#define SHOWN (2 + TV_FORMS)

static void look_at(Lesson *l, TvForm form);
static Tensor smooth(Lesson *l, Tensor noisy, TvForm form);
static double distance(Tensor a, Tensor b);
static void draw_row(Lesson *l, const Tensor *pictures);
static Tensor paint(Lesson *l, Network *net, Tensor photo, Tensor painting, double gamma);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "10_tv_loss", 128);
    Tensor photo = lesson_picture(l, 0, "scene.png");
    Tensor painting = lesson_picture(l, 1, "painting.png");
    for (int form = 0; form < TV_FORMS; form++)
        look_at(l, (TvForm)form);

    Tensor shown[SHOWN] = {photo, tensor_clone(lesson_arena(l), photo)};
    Rng rng = rng_seed(10);
    for (size_t i = 0; i < shape_size(photo.shape); i++)
        shown[1].data[i] += (real)(NOISE * rng_normal(&rng));
    lesson_print(l, "from the clean picture: noisy %.3f", distance(shown[1], photo));
    for (int form = 0; form < TV_FORMS; form++) {
        shown[2 + form] = smooth(l, shown[1], (TvForm)form);
        lesson_print(l, ", %s %.3f", tv_forms[form].name,
                     distance(shown[2 + form], photo));
    }
    lesson_show_sheet(l, "noise.png", SHOWN, shown, 3);
    draw_row(l, shown);

    Network *net = lesson_network(l);
    lesson_print(l, "\n\npainted, gamma  content   style      tv\n");
    Tensor without = paint(l, net, photo, painting, 0);
    Tensor with = paint(l, net, photo, painting, 1e-3);
    lesson_show_sheet(l, "painted.png", 2, (Tensor[]){without, with}, 2);
    return lesson_end(l);
}

/* A jump and slopes of the same height, the gradient on a bent ramp, and its check. */
static void look_at(Lesson *l, TvForm form) {
    static const double ramp[] = {0, 0.1, 0.3, 0.6, 1, 1};
    Tape *tape = tape_new();
    lesson_print(l, "%-8s up by 1 in 1, 2, 4, 8 steps costs", tv_forms[form].name);
    for (int steps = 1; steps <= 8; steps *= 2) {
        Tensor x = tensor_alloc(lesson_arena(l), (Shape){1, 1, 2, steps + 1});
        for (int i = 0; i < 2 * (steps + 1); i++)
            x.data[i] = (real)(i % (steps + 1)) / (real)steps;
        Node *y = ag_tv_loss(tape_constant(tape, x), form);
        lesson_print(l, "%7.3f", (double)node_scalar(y) / (form == TV_POW125 ? 1 : 2));
    }
    Tensor x = tensor_alloc(lesson_arena(l), (Shape){1, 1, 2, 6});
    for (int i = 0; i < 12; i++)
        x.data[i] = (real)ramp[i % 6];
    Node *bent = tape_variable(tape, x);
    tape_backward(tape, ag_tv_loss(bent, form));
    lesson_print(l, "\n  gradient on the ramp 0 .1 .3 .6 1 1: ");
    for (int i = 0; i < 6; i++)
        lesson_print(l, "%7.2f", (double)bent->grad[i] + 0.0);
    lesson_print(l, "\n  ");
    Node *random = tape_example_variable(tape, (Shape){1, 3, 7, 9});
    lesson_gradcheck(l, tv_forms[form].name, tape, ag_tv_loss(random, form));
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
    Node *p = tape_variable(tape, x), *terms[2];
    terms[0] = ag_sum(ag_square(ag_sub(p, tape_constant(tape, noisy))));
    terms[1] = ag_tv_loss(p, form);
    Node *loss = ag_weighted_sum(2, terms, (double[]){0.5, gamma[form]});
    Objective pixels = {shape_size(x.shape), x.data, p->grad, evaluate, loss};
    Adam settings = ADAM_DEFAULTS;
    settings.lr = 0.005;
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

/* The green of one row, where our photograph has its tower. */
static void draw_row(Lesson *l, const Tensor *pictures) {
    static const char *const titles[] = {"clean", "noisy", "squares", "abs", "pow1.25"};
    const Shape s = pictures[0].shape;
    const int left = s.w * 6 / 10, count = s.w * 3 / 10;
    double *x = ARENA_NEW(lesson_arena(l), double, (size_t)(count * (SHOWN + 1)));
    Series series[SHOWN];
    for (int k = 0; k < SHOWN; k++) {
        double *y = x + (k + 1) * count;
        for (int i = 0; i < count; i++)
            x[i] = left + i,
            y[i] = (double)*tensor_at(pictures[k], 0, 1, s.h / 2, left + i);
        series[k] = (Series){titles[k], (size_t)count, x, y};
    }
    lesson_plot(l, "row.svg",
                &(Plot){"One row of pixels, across the tower", "column", "green", false,
                        false, SHOWN, series});
}

static bool go_on(void *context, const Problem *problem, const PaintStep *step) {
    return (void)context, (void)problem, (void)step, true;
}

/* The whole transfer (lesson 13) with this weight of total variation. */
static Tensor paint(Lesson *l, Network *net, Tensor photo, Tensor painting,
                    double gamma) {
    Recipe recipe = *recipe_find("paint");
    recipe.steps = 40, recipe.tv_weight = gamma;
    Problem p;
    Error err;
    if (!recipe_complete(&recipe, net, &err) ||
        !recipe_choose_rate(&recipe, net, photo.shape, &err) ||
        !problem_init(&p, lesson_arena(l), &recipe, net, photo, painting, photo, &err))
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
