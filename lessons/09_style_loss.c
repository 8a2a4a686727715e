/* Lesson 09: what does the style loss alone paint?
 *
 *     E_l = 1 / (4 N^2 M^2) sum_ij (G_ij - A_ij)^2       document 000, 4.2; 003, 4.1
 *     L_style = sum_l w_l E_l                            document 002, section 2.2
 *
 * Layer l has N channels and M = h w positions. G is the Gram matrix of our image's
 * features in that layer (lesson 08). A is the Gram matrix of the painting's features.
 *
 *     make lesson-09        or   build/double/lessons/09_style_loss my_painting.jpg
 *
 * You will see one loss in every convention, with as many values; then noise that becomes
 * a texture of the painting, with the loss of one, two, three and four layers. */
#include "lessons/lesson.h"
#include "losses/style.h"
#include "losses/total.h"
#include "optim/optimizer.h"

enum { LAYERS = 4, STEPS = 60 };
static const char *const layers[LAYERS] = {"relu1_1", "relu2_1", "relu3_1", "relu4_1"};

typedef struct Study {
    Lesson *lesson;
    Network *net;
    Tensor target[LAYERS]; /* the painting's Gram matrices / M */
    Tape *tape;
    Node *image;
    Node *loss[LAYERS]; /* E_l */
    Node *total;        /* the sum over the first layers; NULL for none */
} Study;

static void find_targets(Study *s, Tensor painting);
static Tensor noise(Lesson *l, int h, int w);
static void record(Study *s, Tensor image, StyleForm form, int count);
static void print_forms(Study *s, Tensor image);
static void check_gradient(Study *s);
static Tensor grow(Study *s, Tensor x, int count, double *left);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "09_style_loss", 256);
    Study s = {.lesson = l, .net = lesson_network(l)};
    find_targets(&s, lesson_image(l, 0, "painting.png"));
    print_forms(&s, noise(l, 96, 128));
    check_gradient(&s);

    static const char *const titles[1 + LAYERS] = {"noise", "from 1", "1-2", "1-3",
                                                   "1-4"};
    static const double number[LAYERS] = {1, 2, 3, 4};
    double left[1 + LAYERS][LAYERS];
    Tensor textures[1 + LAYERS];
    Series series[1 + LAYERS];
    lesson_print(l, "\nrelative style loss at relu1_1   relu2_1   relu3_1   relu4_1\n");
    for (int count = 0; count <= LAYERS; count++) {
        textures[count] = grow(&s, noise(l, 96, 128), count, left[count]);
        series[count] = (Series){titles[count], LAYERS, number, left[count]};
    }
    lesson_show_sheet(l, "textures.png", 1 + LAYERS, textures, 3);
    const Plot plot = {.title = "What is left of the style loss",
                       .x_label = "layer 1, 2, 3, 4",
                       .y_label = "relative style loss",
                       .log_y = true,
                       .series_count = 1 + LAYERS,
                       .series = series};
    lesson_plot(l, "layers.svg", &plot);
    return lesson_end(l);
}

static void find_targets(Study *s, Tensor painting) {
    Tape *tape = tape_new();
    Node *f[LAYERS];
    lesson_record(s->lesson, s->net, tape_constant(tape, painting), layers, LAYERS, f);
    for (int i = 0; i < LAYERS; i++) {
        Node *a = ag_gram(f[i], gram_params(GRAM_HW, f[i]));
        s->target[i] = tape_keep(lesson_arena(s->lesson), a);
        lesson_print(s->lesson, "%s: %s, its Gram matrix %s\n", layers[i],
                     SHAPE(f[i]->shape), SHAPE(a->shape));
    }
    tape_free(tape);
}

/* A grey image with normal noise: mean 0.4, standard deviation 0.05. */
static Tensor noise(Lesson *l, int h, int w) {
    Rng rng = rng_seed(9);
    Tensor x = tensor_alloc(lesson_arena(l), (Shape){1, 3, h, w});
    tensor_fill_normal(x, &rng, 0.4, 0.05);
    return x;
}

/* E_l of every layer, and the sum over the first `count` of them, all with w_l = 1. */
static void record(Study *s, Tensor image, StyleForm form, int count) {
    static const double weights[LAYERS] = {1, 1, 1, 1};
    Node *f[LAYERS];
    s->tape = tape_new();
    s->image = tape_variable(s->tape, image);
    lesson_record(s->lesson, s->net, s->image, layers, LAYERS, f);
    for (int i = 0; i < LAYERS; i++) {
        Node *a = tape_constant(s->tape, s->target[i]);
        s->loss[i] = ag_style_loss(f[i], a, form, image.shape);
    }
    s->total = count > 0 ? ag_weighted_sum(count, s->loss, weights) : NULL;
}

static void print_forms(Study *s, Tensor image) {
    double gatys = 0;
    lesson_print(s->lesson, "\nstyle loss of noise at relu1_1\n"
                            "form            loss   in units of gatys    formula\n");
    for (int i = 0; i <= STYLE_RELATIVE; i++) {
        const StyleForm form = (StyleForm)i;
        record(s, image, form, 1);
        const double loss = (double)node_scalar(s->total);
        if (form == STYLE_GATYS) gatys = loss;
        lesson_print(s->lesson, "%-11s%9.2e %19.6g    %s\n", style_forms[i].name, loss,
                     loss / gatys, style_forms[i].formula);
        tape_free(s->tape);
    }
}

static void check_gradient(Study *s) {
    record(s, noise(s->lesson, 20, 24), STYLE_GATYS, LAYERS);
    lesson_gradcheck(s->lesson, "L_style to the pixels", s->tape, s->total);
    tape_free(s->tape);
}

/* Computes the loss and its gradient at the present image. */
static double evaluate(void *study) {
    const Study *s = study;
    tape_forward(s->tape);
    tape_backward(s->tape, s->total);
    return (double)node_scalar(s->total);
}

/* Moves the pixels x until the Gram matrices of the first `count` layers are those of the
 * painting. The form "relative" has no unit: every layer counts, however small its
 * features are. left[i] becomes the loss of layer i at the end. */
static Tensor grow(Study *s, Tensor x, int count, double *left) {
    record(s, x, STYLE_RELATIVE, count);
    if (count > 0) {
        const Objective pixels = {shape_size(x.shape), x.data, s->image->grad, evaluate,
                                  s};
        Lbfgs settings = LBFGS_DEFAULTS;
        settings.strong_wolfe = true;
        settings.tolerance_grad = 0;
        settings.tolerance_change = 0;
        Optimizer *lbfgs = lbfgs_new(lesson_arena(s->lesson), pixels, settings);
        for (int step = 0; step < STEPS; step++)
            optimizer_step(lbfgs);
    }
    tape_forward(s->tape);
    if (count == 0) lesson_print(s->lesson, "noise                ");
    if (count == 1) lesson_print(s->lesson, "grown from layer 1   ");
    if (count > 1) lesson_print(s->lesson, "grown from 1 to %d    ", count);
    for (int i = 0; i < LAYERS; i++) {
        left[i] = (double)node_scalar(s->loss[i]);
        lesson_print(s->lesson, "%10s", lesson_about(s->lesson, left[i]));
    }
    lesson_print(s->lesson, "\n");
    tape_free(s->tape);
    return x;
}

/* Exercises
 * 1. Write the style loss of one layer in mine/09_style_loss.c.
 * 2. Write its gradient by the features there.
 * 3. Grow a texture from relu4_1 alone. What does it lack? */
