/* Lesson 09: what does the style loss alone paint?
 *
 *     G_ij = sum_k F_ik F_jk                                     the Gram matrix, lesson 08
 *     E_l = 1 / (4 N^2 M^2) sum_ij (G_ij - A_ij)^2        document 000, 4.2; 003, 4.1
 *     L_style = sum_l w_l E_l                                 document 002, section 2.2
 *
 * N is the number of channels of layer l, M = h w its number of positions, F its features
 * for our picture, G their Gram matrix and A that of the painting.
 *
 *     make lesson-09        or   build/double/lessons/09_style_loss my_painting.jpg
 *
 * You will see: seven programs that mean the same loss and print seven numbers; then
 * noise that becomes a texture of the painting, first asked for one layer only, then for
 * two, three and four. */
#include "lessons/lesson.h"
#include "losses/style.h"
#include "losses/total.h"
#include "optim/optimizer.h"

#define LAYERS 4
#define STEPS 40
static const char *const layers[LAYERS] = {"relu1_1", "relu2_1", "relu3_1", "relu3_3"};

typedef struct Texture {
    Tape *tape;
    Node *picture, *features[LAYERS], *loss[LAYERS], *total;
} Texture;

static void find_targets(Lesson *l, Network *net, Tensor painting, Tensor *target);
static Tensor noise(Lesson *l, Shape shape);
static Texture record(Lesson *l, Network *net, Tensor picture, const Tensor *target,
                      StyleForm form, int count);
static void compare_forms(Lesson *l, Network *net, Tensor start, const Tensor *target);
static Tensor grow(Lesson *l, Network *net, Tensor start, const Tensor *target, int count);
static void measure(Lesson *l, Network *net, Tensor picture, const Tensor *target,
                    const char *what, double *left);
static void draw(Lesson *l, double left[LAYERS + 1][LAYERS]);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "09_style_loss", 128);
    Network *net = lesson_network(l);
    Tensor painting = lesson_picture(l, 0, "painting.png"), target[LAYERS];
    Tensor start = noise(l, painting.shape), small = noise(l, (Shape){1, 3, 20, 24});
    find_targets(l, net, painting, target);
    compare_forms(l, net, start, target);

    Texture check = record(l, net, small, target, STYLE_GATYS, LAYERS);
    lesson_gradcheck(l, "L_style to the pixels", check.tape, check.total);
    tape_free(check.tape);

    const char *const asked[] = {"noise", "layer 1", "layers 1-2", "1-3", "1-4"};
    double left[LAYERS + 1][LAYERS];
    Tensor sheet[LAYERS + 2] = {painting, start};
    lesson_print(l, "\n%d steps; left of the loss:", STEPS);
    for (int i = 0; i < LAYERS; i++)
        lesson_print(l, "%10s", layers[i]);
    measure(l, net, start, target, asked[0], left[0]);
    for (int k = 1; k <= LAYERS; k++) {
        sheet[k + 1] = grow(l, net, start, target, k);
        measure(l, net, sheet[k + 1], target, asked[k], left[k]);
    }
    lesson_show_sheet(l, "textures.png", LAYERS + 2, sheet, 3);
    draw(l, left);
    return lesson_end(l);
}

/* The painting is looked at once: what stays of it are its Gram matrices. */
static void find_targets(Lesson *l, Network *net, Tensor painting, Tensor *target) {
    Tape *tape = tape_new();
    Node *f[LAYERS];
    lesson_record(l, net, tape_constant(tape, painting), layers, LAYERS, f);
    for (int i = 0; i < LAYERS; i++) {
        Node *a = ag_gram(f[i], gram_params(GRAM_HW, f[i]));
        target[i] = tape_keep(lesson_arena(l), a);
        lesson_print(l, "%s: features %s, Gram matrix %s\n", layers[i],
                     SHAPE(f[i]->shape), SHAPE(a->shape));
    }
    tape_free(tape);
}

static Tensor noise(Lesson *l, Shape shape) {
    Rng rng = rng_seed(9);
    Tensor x = tensor_alloc(lesson_arena(l), shape);
    tensor_fill_uniform(x, &rng, 0, 1);
    return x;
}

/* The style loss of the first `count` layers, all with w_l = 1. */
static Texture record(Lesson *l, Network *net, Tensor picture, const Tensor *target,
                      StyleForm form, int count) {
    Texture t = {.tape = tape_new()};
    t.picture = tape_variable(t.tape, picture);
    lesson_record(l, net, t.picture, layers, count, t.features);
    for (int i = 0; i < count; i++) {
        Node *a = tape_constant(t.tape, target[i]);
        t.loss[i] = ag_style_loss(t.features[i], a, form, picture.shape);
    }
    t.total = ag_weighted_sum(count, t.loss, (double[LAYERS]){1, 1, 1, 1});
    return t;
}

static void compare_forms(Lesson *l, Network *net, Tensor start, const Tensor *target) {
    double gatys[LAYERS] = {0};
    lesson_print(l, "\n%-38s%11s%13s  units of E_l\n", "the loss of noise, in each form",
                 layers[0], layers[LAYERS - 1]);
    for (int form = 0; form < STYLE_FORMS; form++) {
        Texture t = record(l, net, start, target, (StyleForm)form, LAYERS);
        double first = (double)node_scalar(t.loss[0]);
        double last = (double)node_scalar(t.loss[LAYERS - 1]);
        if (form == STYLE_GATYS) gatys[0] = first, gatys[1] = last;
        lesson_print(l, "%-11s%-27s%11.3e%13.3e  %9.3e %9.3e\n", style_forms[form].name,
                     style_forms[form].formula, first, last, first / gatys[0],
                     last / gatys[1]);
        tape_free(t.tape);
    }
    lesson_print(l, "\n");
}

static double evaluate(void *context) {
    Texture *t = context;
    tape_forward(t->tape);
    tape_backward(t->tape, t->total);
    return (double)node_scalar(t->total);
}

/* Moves the pixels of the noise until their Gram matrices are the painting's. "relative"
 * has no unit, so that layers with small features count as much as others. */
static Tensor grow(Lesson *l, Network *net, Tensor start, const Tensor *target,
                   int count) {
    Tensor x = tensor_clone(lesson_arena(l), start);
    Texture t = record(l, net, x, target, STYLE_RELATIVE, count);
    Objective objective = {shape_size(x.shape), x.data, t.picture->grad, evaluate, &t};
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.strong_wolfe = true;
    Optimizer *lbfgs = lbfgs_new(lesson_arena(l), objective, settings);
    for (int step = 0; step < STEPS; step++)
        if (optimizer_step(lbfgs).stop) break;
    tape_free(t.tape);
    return x;
}

static void measure(Lesson *l, Network *net, Tensor picture, const Tensor *target,
                    const char *what, double *left) {
    Texture t = record(l, net, picture, target, STYLE_RELATIVE, LAYERS);
    lesson_print(l, "\n%-27s", what);
    for (int i = 0; i < LAYERS; i++) {
        left[i] = (double)node_scalar(t.loss[i]);
        lesson_print(l, "%10.1e", left[i]);
    }
    tape_free(t.tape);
}

static void draw(Lesson *l, double left[LAYERS + 1][LAYERS]) {
    static const char *const titles[] = {"noise", "asked for relu1_1",
        "and relu2_1", "and relu3_1", "and relu3_3"};
    const double x[LAYERS] = {1, 2, 3, 4};
    Series series[LAYERS + 1];
    for (int k = 0; k <= LAYERS; k++)
        series[k] = (Series){titles[k], LAYERS, x, left[k]};
    lesson_print(l, "\n");
    lesson_plot(l, "layers.svg", &(Plot){.title = "What the texture was not asked for, it does not have",
        .x_label = "layer: 1 relu1_1, 2 relu2_1, 3 relu3_1, 4 relu3_3",
        .y_label = "style loss left, relative", .log_y = true,
        .series_count = LAYERS + 1, .series = series});
}
