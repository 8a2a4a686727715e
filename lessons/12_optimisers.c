/* Lesson 12: which way down, and how far?
 * The gradient g of the total loss J says which way is down, not how far to go:
 *     descent     x = x - lr g                         documents 001, 3; 002, 2.5
 *     momentum    x = x - lr v,  v = 0.9 v + g
 *     annealing   x = x - lr g + sqrt(2 lr T) noise    002, 1: what the words mean
 *     Adam        x = x - lr m / sqrt(v)               002, 4.2: what its program does
 *     L-BFGS      x = x - t H g                        000, 3, step 5
 * Run it with make lesson-12. You will see J fall in seven ways, against steps,
 * evaluations and seconds, and what a new Adam does to a picture that was nearly done. */
#include "autograd/ops.h"
#include "lessons/lesson.h"
#include "losses/content.h"
#include "losses/style.h"
#include "optim/schedule.h"
#include "optim/vector.h"
#include <omp.h>

#define UNIT 0.226 /* 002's pixels are (RGB - mean) / deviation: its unit in RGB */
enum { DESCENT, MOMENTUM, ANNEALING, ADAM, LBFGS, SEARCH, RACE = 7, WAYS = 9 };
static const struct Way {
    const char *name;
    int method, at, fresh; /* at this step the rate becomes `then`, in a fresh Adam */
    double lr, then;
} ways[] = {{"descent", DESCENT, 0, 0, 2, 2},
            {"momentum", MOMENTUM, 0, 0, 1, 1},
            {"annealing", ANNEALING, 0, 0, 2, 2},
            {"Adam 3.0, new 0.1", ADAM, 90, 1, 3 * UNIT, 0.1 * UNIT},
            {"L-BFGS", LBFGS, 0, 0, 1, 1},
            {"L-BFGS, search", SEARCH, 0, 0, 1, 1},
            {"Adam 0.1", ADAM, 0, 0, 0.1 * UNIT, 0.1 * UNIT},
            {"Adam 0.1, new 0.1", ADAM, 60, 1, 0.1 * UNIT, 0.1 * UNIT},
            {"Adam 0.1, new 0.03", ADAM, 60, 1, 0.1 * UNIT, 0.03 * UNIT}};
enum { STEP, EVALUATIONS, SECONDS, J, LOW, MOVE, COLUMNS, STEPS = 100 };
typedef double Curve[COLUMNS][STEPS]; /* of each step; LOW: J below 30; MOVE: mean |dx| */

static Node *record(Lesson *l, Node *x, Tensor photo, Tensor painting);
static Tensor run(Lesson *l, Node *x, Node *j, Tensor start, int way, Curve curve);
static void draw(Lesson *l, const char *file, Curve *c, int column, int way, int from);

int main(int argc, char **argv) {
    static Curve c[WAYS];
    Lesson *l = lesson_begin(argc, argv, "12_optimisers", 64);
    Tensor photo = lesson_picture(l, 0, "scene.png"), sheet[WAYS + 1] = {photo};
    Node *x = tape_variable(tape_new(), tensor_clone(lesson_arena(l), photo));
    Node *j = record(l, x, photo, lesson_picture(l, 1, "painting.png"));
    lesson_gradcheck(l, "J by the pixels", x->tape, j);
    lesson_print(l, "\nJ at step                10     60     61     99  evaluations\n");
    for (int k = 0; k < WAYS; k++) {
        sheet[k + 1] = run(l, x, j, photo, k, c[k]);
        lesson_print(l, "%-19s%8.2g%7.3g%7.3g%7.2g%10g", ways[k].name, c[k][J][10],
                     c[k][J][60], c[k][J][61], c[k][J][99], c[k][EVALUATIONS][99]);
        lesson_print(l, "   |dx| at 60: %.2g\n", c[k][MOVE][60]);
    }
    lesson_show_sheet(l, "results.png", RACE + 1, sheet, 4);
    draw(l, "steps.svg", c, STEP, 0, 0);
    draw(l, "evaluations.svg", c, EVALUATIONS, 0, 0);
    draw(l, "seconds.svg", c, SECONDS, 0, 0);
    draw(l, "jump.svg", c, STEP, RACE - 1, 50);
    return lesson_end(l);
}

/* J = content + 10 style, each relative to its target. */
static Node *record(Lesson *l, Node *x, Tensor photo, Tensor painting) {
    static const char *const layers[] = {"relu1_1", "relu2_1", "relu3_1"};
    Network *net = lesson_network(l);
    Node *f[3], *p[3], *a[3];
    lesson_record(l, net, x, layers, 3, f);
    lesson_record(l, net, tape_constant(x->tape, photo), layers, 3, p);
    lesson_record(l, net, tape_constant(x->tape, painting), layers, 3, a);
    Node *j = ag_content_loss(f[2], p[2], CONTENT_RELATIVE);
    for (int i = 0; i < 3; i++) {
        a[i] = ag_gram(a[i], gram_params(GRAM_HW, a[i]));
        Node *style = ag_style_loss(f[i], a[i], STYLE_RELATIVE, x->shape);
        j = ag_add(j, ag_scale(style, (Scale){10}));
    }
    return j;
}

static double evaluate(void *context) {
    Node *j = context;
    tape_forward(j->tape);
    tape_backward(j->tape, j);
    return (double)node_scalar(j);
}

static Optimizer *choose(Arena *arena, Objective o, int method, double rate) {
    Lbfgs lbfgs = LBFGS_DEFAULTS;
    Adam adam = ADAM_DEFAULTS;
    lbfgs.strong_wolfe = method == SEARCH, adam.lr = rate;
    if (method >= LBFGS) return lbfgs_new(arena, o, lbfgs);
    if (method == ADAM) return adam_new(arena, o, adam);
    if (method == ANNEALING) return anneal_new(arena, o, (Anneal){rate, 1e-3, 0.95, 12});
    return gd_new(arena, o, (Gd){rate, method == MOMENTUM ? 0.9 : 0, false});
}

/* Moves the pixels from `start` on, and returns where they come to. */
static Tensor run(Lesson *l, Node *x, Node *j, Tensor start, int way, Curve curve) {
    const struct Way *w = &ways[way];
    const Schedule rate = schedule_drop(w->lr, w->at, w->then, w->fresh);
    const Objective pixels = {shape_size(x->shape), x->value, x->grad, evaluate, j};
    Optimizer *o = choose(lesson_arena(l), pixels, w->method, w->lr);
    Tensor now = node_tensor(x), last = tensor_clone(lesson_arena(l), start);
    const double begun = omp_get_wtime();
    tensor_copy(now, start);
    for (int i = 0, spent = 0; i < STEPS; i++) {
        tensor_copy(last, now), schedule_apply(&rate, o, i);
        curve[STEP][i] = i, curve[EVALUATIONS][i] = spent;
        curve[SECONDS][i] = omp_get_wtime() - begun;
        const Step step = optimizer_step(o);
        curve[J][i] = step.loss, spent += step.evaluations;
        curve[LOW][i] = step.loss < 30 ? step.loss : 0; /* no point on a log axis */
        vector_subtract(pixels.size, now.data, last.data, last.data);
        curve[MOVE][i] = vector_sum_abs(pixels.size, last.data) / (double)pixels.size;
    }
    return tensor_clone(lesson_arena(l), now);
}

static void draw(Lesson *l, const char *file, Curve *c, int column, int way, int from) {
    static const char *const axes[] = {"step", "evaluations of J and g", "seconds"};
    const int count = way ? WAYS - way : RACE;
    Series s[WAYS];
    for (int k = 0; k < count; k++, way++)
        s[k] = (Series){ways[way].name, (size_t)(STEPS - from), c[way][column] + from,
                        c[way][column ? LOW : J] + from};
    lesson_plot(l, file, &(Plot){NULL, axes[column], "J", false, !from, count, s});
}

/* Exercises: 1. Write momentum, Adam and L-BFGS in lessons/exercises/12_optimisers.c.
 * 2. Let descent run at 2.5, at 3 and at 4. What does J do, and why?
 * 3. Anneal at T = 0 and at 0.005. What does the noise do to J, and to the picture? */
