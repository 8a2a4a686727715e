/* Lesson 12: which way is down, and how far?
 *
 * The gradient g of the total loss J points in the direction in which J grows fastest. It
 * does not say how far to step the other way. Every optimiser is one answer:
 *
 *     gradient descent   x = x - lr g                       documents 001, 3; 002, 2.5
 *     momentum           x = x - lr v,  v = 0.9 v + g
 *     annealing          x = x - lr g + sqrt(2 lr T) noise  document 002, 1: its text
 *     Adam               x = x - lr m / sqrt(v)             document 002, 4.2: its code
 *     L-BFGS             x = x - t H g                      document 000, 3, step 5
 *
 *     make lesson-12
 *     build/double/lessons/12_optimisers photo.jpg painting.jpg
 *
 * You will see J fall in seven runs, against steps, evaluations and seconds, and what a
 * new Adam does to an image that was nearly done. */
#include "autograd/ops.h"
#include "lessons/lesson.h"
#include "losses/content.h"
#include "losses/style.h"
#include "optim/schedule.h"
#include "optim/vector.h"
#include "tensor/clock.h"

/* Document 002's pixels are (RGB - mean) / deviation. This is its unit in RGB. */
#define UNIT 0.226

typedef enum Method { DESCENT, MOMENTUM, ANNEALING, ADAM, LBFGS, LBFGS_SEARCH } Method;

typedef struct Run {
    const char *name;
    Method method;
    double rate;     /* learning rate of the first steps */
    int new_adam_at; /* from this step on a new Adam runs; 0: the first one runs on */
    double new_rate; /* learning rate of the new Adam */
} Run;

enum { RUNS = 9, COMPARED = 7 /* the first seven; the last three show a new Adam */ };

static const Run runs[RUNS] = {
    {.name = "descent", .method = DESCENT, .rate = 2},
    {.name = "momentum", .method = MOMENTUM, .rate = 1},
    {.name = "annealing", .method = ANNEALING, .rate = 2},
    {"Adam 3.0, new 0.1", ADAM, 3.0 * UNIT, .new_adam_at = 90, .new_rate = 0.1 * UNIT},
    {.name = "L-BFGS", .method = LBFGS, .rate = 1},
    {.name = "L-BFGS, search", .method = LBFGS_SEARCH, .rate = 1},
    {.name = "Adam 0.1", .method = ADAM, .rate = 0.1 * UNIT},
    {"Adam 0.1, new 0.1", ADAM, 0.1 * UNIT, .new_adam_at = 60, .new_rate = 0.1 * UNIT},
    {"Adam 0.1, new 0.03", ADAM, 0.1 * UNIT, .new_adam_at = 60, .new_rate = 0.03 * UNIT},
};

enum { STEPS = 100 };

/* What is noted before or in each step of a run. */
typedef struct Curves {
    double step[STEPS];
    double evaluations[STEPS]; /* of J and its gradient, before this step */
    double seconds[STEPS];     /* since the run began */
    double loss[STEPS];        /* J */
    double low_loss[STEPS]; /* J where it is below 30, else 0: not drawn on a log axis */
    double move[STEPS];     /* mean of |dx| over the pixels */
} Curves;

static Node *record(Lesson *l, Node *x, Tensor photo, Tensor painting);
static Tensor run(Lesson *l, Node *x, Node *loss, Tensor start, const Run *r, Curves *c);
static void print_run(Lesson *l, const Run *r, const Curves *c);
static void draw_comparison(Lesson *l, const Curves *c);
static void draw_new_adam(Lesson *l, const Curves *c);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "12_optimisers", 64);
    Tensor photo = lesson_image(l, 0, "scene.png");
    Tensor painting = lesson_image(l, 1, "painting.png");

    Node *x = tape_variable(tape_new(), tensor_clone(lesson_arena(l), photo));
    Node *loss = record(l, x, photo, painting);
    lesson_gradcheck(l, "J by the pixels", x->tape, loss);

    static Curves curves[RUNS];
    Tensor images[1 + RUNS] = {photo};
    lesson_print(l, "\n                        J at step                          after "
                    "100   mean |dx|\n"
                    "run                       10      60      61      99  evaluations  "
                    "at step 60\n");
    for (int k = 0; k < RUNS; k++) {
        images[1 + k] = run(l, x, loss, photo, &runs[k], &curves[k]);
        print_run(l, &runs[k], &curves[k]);
    }
    lesson_show_sheet(l, "results.png", 1 + COMPARED, images, 4);
    draw_comparison(l, curves);
    draw_new_adam(l, curves);
    tape_free(x->tape);
    return lesson_end(l);
}

/* J = content + 10 style. Each loss is relative to its target. */
static Node *record(Lesson *l, Node *x, Tensor photo, Tensor painting) {
    enum { LAYERS = 3 };
    static const char *const layers[LAYERS] = {"relu1_1", "relu2_1", "relu3_1"};
    Network *net = lesson_network(l);
    Node *f[LAYERS];
    Node *photo_features[LAYERS];
    Node *painting_features[LAYERS];
    lesson_record(l, net, x, layers, LAYERS, f);
    lesson_record(l, net, tape_constant(x->tape, photo), layers, LAYERS, photo_features);
    lesson_record(l, net, tape_constant(x->tape, painting), layers, LAYERS,
                  painting_features);

    Node *loss = ag_content_loss(f[2], photo_features[2], CONTENT_RELATIVE);
    for (int i = 0; i < LAYERS; i++) {
        const Gram divisor = gram_params(GRAM_HW, painting_features[i]);
        Node *target = ag_gram(painting_features[i], divisor);
        Node *style = ag_style_loss(f[i], target, STYLE_RELATIVE, x->shape);
        loss = ag_add(loss, ag_scale(style, (Scale){10}));
    }
    return loss;
}

/* Computes J and its gradient at the present x. */
static double evaluate(void *context) {
    Node *loss = context;
    tape_forward(loss->tape);
    tape_backward(loss->tape, loss);
    return (double)node_scalar(loss);
}

static Optimizer *choose(Arena *arena, Objective pixels, Method method, double rate) {
    Adam adam = ADAM_DEFAULTS;
    Lbfgs lbfgs = LBFGS_DEFAULTS;
    adam.lr = rate;
    switch (method) {
    case DESCENT:
        return gd_new(arena, pixels, (Gd){.lr = rate});
    case MOMENTUM:
        return gd_new(arena, pixels, (Gd){.lr = rate, .momentum = 0.9});
    case ANNEALING:
        return anneal_new(
            arena, pixels,
            (Anneal){.lr = rate, .temperature = 1e-3, .cooling = 0.95, .seed = 12});
    case ADAM:
        return adam_new(arena, pixels, adam);
    case LBFGS_SEARCH:
        lbfgs.strong_wolfe = true;
        break;
    case LBFGS:
        break;
    }
    return lbfgs_new(arena, pixels, lbfgs);
}

/* Moves the pixels x from `start` on, for STEPS steps. Returns the image at the end. */
static Tensor run(Lesson *l, Node *x, Node *loss, Tensor start, const Run *r, Curves *c) {
    const size_t n = shape_size(x->shape);
    const Objective pixels = {n, x->value, x->grad, evaluate, loss};
    Tensor now = node_tensor(x);
    Tensor change = tensor_alloc(lesson_arena(l), x->shape);
    Optimizer *optimizer = choose(lesson_arena(l), pixels, r->method, r->rate);
    const double begin = seconds_now();
    int evaluations = 0;

    tensor_copy(now, start);
    for (int i = 0; i < STEPS; i++) {
        if (r->new_adam_at > 0 && i == r->new_adam_at) {
            optimizer_restart(optimizer);
            optimizer_set_rate(optimizer, r->new_rate);
        }
        c->step[i] = i;
        c->evaluations[i] = evaluations;
        c->seconds[i] = seconds_now() - begin;

        tensor_copy(change, now);
        const Step step = optimizer_step(optimizer);
        vector_subtract(n, now.data, change.data, change.data);

        evaluations += step.evaluations;
        c->loss[i] = step.loss;
        c->low_loss[i] = step.loss < 30 ? step.loss : 0;
        c->move[i] = vector_sum_abs(n, change.data) / (double)n;
    }
    return tensor_clone(lesson_arena(l), now);
}

static void print_run(Lesson *l, const Run *r, const Curves *c) {
    static const int shown[] = {10, 60, 61, 99};
    lesson_print(l, "%-20s", r->name);
    for (int i = 0; i < 4; i++)
        lesson_print(l, " %7s", lesson_about(l, c->loss[shown[i]]));
    lesson_print(l, " %12g %11s\n", c->evaluations[99], lesson_about(l, c->move[60]));
}

/* The first seven runs, against three measures of effort. */
static void draw_comparison(Lesson *l, const Curves *c) {
    Series steps[COMPARED];
    Series evaluations[COMPARED];
    Series seconds[COMPARED];
    for (int k = 0; k < COMPARED; k++) {
        steps[k] = (Series){runs[k].name, STEPS, c[k].step, c[k].loss};
        evaluations[k] = (Series){runs[k].name, STEPS, c[k].evaluations, c[k].low_loss};
        seconds[k] = (Series){runs[k].name, STEPS, c[k].seconds, c[k].low_loss};
    }
    Plot plot = {.y_label = "J", .log_y = true, .series_count = COMPARED};
    plot.x_label = "step";
    plot.series = steps;
    lesson_plot(l, "steps.svg", &plot);
    plot.x_label = "evaluations of J and g";
    plot.series = evaluations;
    lesson_plot(l, "evaluations.svg", &plot);
    plot.x_label = "seconds";
    plot.series = seconds;
    lesson_plot(l, "seconds.svg", &plot);
}

/* The last three runs, from step 50 on: one Adam, and two that start anew at step 60. */
static void draw_new_adam(Lesson *l, const Curves *c) {
    enum { FIRST = COMPARED - 1, SHOWN = RUNS - FIRST, FROM = 50 };
    Series s[SHOWN];
    for (int k = 0; k < SHOWN; k++) {
        const Curves *run = &c[FIRST + k];
        s[k] = (Series){runs[FIRST + k].name, STEPS - FROM, run->step + FROM,
                        run->loss + FROM};
    }
    lesson_plot(
        l, "jump.svg",
        &(Plot){.x_label = "step", .y_label = "J", .series_count = SHOWN, .series = s});
}

/* Exercises
 * 1. Write momentum, Adam and L-BFGS in mine/12_optimisers.c.
 * 2. Run gradient descent with the rates 2.5, 3 and 4. What does J do, and why?
 * 3. Anneal at T = 0 and at T = 0.005. What does the noise do to J, and to the image? */
