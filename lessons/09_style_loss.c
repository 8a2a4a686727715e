/* Lesson 09: what does the style loss alone paint?
 *
 *     E_l = 1 / (4 N^2 M^2) sum_ij (G_ij - A_ij)^2       document 000, 4.2; 003, 4.1
 *     L_style = sum_l w_l E_l                            document 002, section 2.2
 *
 * Layer l has N channels and M = h w positions; G is the Gram matrix of our picture's
 * features there (lesson 08), A that of the painting's.
 *     make lesson-09        or   build/double/lessons/09_style_loss my_painting.jpg
 *
 * You will see: one loss in seven conventions, seven numbers; then noise that becomes a
 * texture of the painting, asked for one layer, two, three, four. */
#include "lessons/lesson.h"
#include "losses/style.h"
#include "losses/total.h"
#include "optim/optimizer.h"

#define LAYERS 4
#define STEPS 60
static const char *const layers[LAYERS] = {"relu1_1", "relu2_1", "relu3_1", "relu4_1"};

typedef struct Study {
    Lesson *lesson;
    Network *net;
    Tensor target[LAYERS]; /* the painting's Gram matrices / M */
    Tape *tape;
    Node *picture, *loss[LAYERS], *total;
} Study;

static void find_targets(Study *s, Tensor painting);
static Tensor noise(Lesson *l, int h, int w);
static void record(Study *s, Tensor picture, StyleForm form, int count);
static void print_forms(Study *s, Tensor picture);
static Tensor grow(Study *s, Tensor x, int count, double *left);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "09_style_loss", 256);
    Study s = {.lesson = l, .net = lesson_network(l)};
    find_targets(&s, lesson_picture(l, 0, "painting.png"));
    print_forms(&s, noise(l, 96, 128));
    record(&s, noise(l, 20, 24), STYLE_GATYS, LAYERS);
    lesson_gradcheck(l, "L_style to the pixels", s.tape, s.total);
    tape_free(s.tape);
    static const char *const titles[] = {"noise", "from 1", "1-2", "1-3", "1-4"};
    double left[LAYERS + 1][LAYERS], number[LAYERS] = {1, 2, 3, 4};
    Tensor sheet[LAYERS + 1];
    Series series[LAYERS + 1];
    lesson_print(l, "\nleft of the loss in   relu1_1  relu2_1  relu3_1  relu4_1\n");
    for (int k = 0; k <= LAYERS; k++) {
        sheet[k] = grow(&s, noise(l, 96, 128), k, left[k]);
        series[k] = (Series){titles[k], LAYERS, number, left[k]};
    }
    lesson_show_sheet(l, "textures.png", LAYERS + 1, sheet, 3);
    lesson_plot(l, "layers.svg",
                &(Plot){"What is left of the style loss", "layer 1, 2, 3, 4",
                        "relative style loss", false, true, LAYERS + 1, series});
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

static Tensor noise(Lesson *l, int h, int w) {
    Rng rng = rng_seed(9);
    Tensor x = tensor_alloc(lesson_arena(l), (Shape){1, 3, h, w});
    tensor_fill_normal(x, &rng, 0.4, 0.05);
    return x;
}

/* E_l of every layer, and the sum over the first `count` of them, all with w_l = 1. */
static void record(Study *s, Tensor picture, StyleForm form, int count) {
    Node *f[LAYERS];
    s->tape = tape_new();
    s->picture = tape_variable(s->tape, picture);
    lesson_record(s->lesson, s->net, s->picture, layers, LAYERS, f);
    for (int i = 0; i < LAYERS; i++)
        s->loss[i] = ag_style_loss(f[i], tape_constant(s->tape, s->target[i]), form,
                                   picture.shape);
    if (count) s->total = ag_weighted_sum(count, s->loss, (double[]){1, 1, 1, 1});
}

static void print_forms(Study *s, Tensor picture) {
    double gatys = 0;
    lesson_print(s->lesson, "\nnoise at relu1_1    in units of gatys\n");
    for (int form = 0; form <= STYLE_RELATIVE; form++) {
        record(s, picture, (StyleForm)form, 1);
        const double loss = (double)node_scalar(s->total);
        gatys = form == STYLE_GATYS ? loss : gatys;
        lesson_print(s->lesson, "%-11s%9.2e %13.6g    %s\n", style_forms[form].name, loss,
                     loss / gatys, style_forms[form].formula);
        tape_free(s->tape);
    }
}

static double evaluate(void *study) {
    const Study *s = study;
    tape_forward(s->tape);
    tape_backward(s->tape, s->total);
    return (double)node_scalar(s->total);
}

/* Moves the pixels until the Gram matrices of the first layers are those of the painting.
 * The form "relative" has no unit: every layer counts, however small its features. */
static Tensor grow(Study *s, Tensor x, int count, double *left) {
    record(s, x, STYLE_RELATIVE, count);
    Objective pixels = {shape_size(x.shape), x.data, s->picture->grad, evaluate, s};
    Lbfgs settings = {1, 20, .strong_wolfe = true, .max_evaluations = 26};
    Optimizer *lbfgs = lbfgs_new(lesson_arena(s->lesson), pixels, settings);
    for (int step = 0; count && step < STEPS; step++)
        optimizer_step(lbfgs);
    tape_forward(s->tape);
    lesson_print(s->lesson, count ? "grown from %d      " : "noise, from %d     ", count);
    for (int i = 0; i < LAYERS; i++)
        lesson_print(s->lesson, "%9.1g", left[i] = (double)node_scalar(s->loss[i]));
    lesson_print(s->lesson, "\n");
    tape_free(s->tape);
    return x;
}

/* Three exercises, 1 and 2 in lessons/exercises/09_style_loss.c: 1. The style loss of one
 * layer. 2. Its gradient. 3. Grow a texture from relu4_1 alone: what does it lack? */
