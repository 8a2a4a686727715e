/* Can document 004's flow chart be run?
 *
 * Section 2.5 draws the boxes, 4.3 says what is in them:
 *
 *     A input -> B features -> C has it style features?  yes -> D style features
 *                                                         no -> E content features
 *     D, E -> F global features (fully connected) are fused with local ones, a generator
 *     draws the image -> G output
 *
 * Every image has both kinds of features (S4-6), so question C is not meaningful. A
 * program needs two inputs, and the user says which is the style. The document trains
 * nothing; here the loss of lesson 13 trains F, and no pixel is optimised.
 *
 *     make flow-chart       or: flow_chart [PHOTO [PAINTING [PAINTING]]] [--size N]
 *
 * You will see one photograph in two styles and between them, drawn in one pass each by a
 * generator that has seen nothing else. */
#include <string.h>

#include "autograd/ops.h"
#include "io/image.h"
#include "lessons/caption.h"
#include "lessons/check/language.h"
#include "lessons/lesson.h"
#include "lessons/stylist.h"
#include "lessons/training.h"
#include "losses/content.h"
#include "losses/style.h"
#include "losses/total.h"
#include "losses/tv.h"
#include "optim/optimizer.h"

enum { STYLES = 2, STEPS = 240, LAYERS = 4, LOCAL = 2, DEEP = 3, MEAN_OF = 3 };
static const char *const layers[LAYERS] = {"relu1_1", "relu2_1", "relu2_2", "relu3_1"};

/* An image and what box B makes of it, computed once. */
typedef struct Input {
    const char *name;
    Tensor image;
    Tensor f[LAYERS]; /* its features */
    Tensor means;     /* of the channels of the deepest layer */
} Input;

typedef struct Chart {
    Lesson *lesson;
    Arena *arena;
    Network *net;
    Input photo;
    Input style[STYLES];
    Stylist f; /* box F */
    Tape *tape;
    Node *loss;
    Node *weights;
} Chart;

static Input input(Chart *c, const char *name, Tensor image);
static void ask(Chart *c, const Input *in);
static void record(Chart *c, const Input *photo);
static Node *stylise(Chart *c, Tape *tape, const Input *photo, Tensor means, Node *w);
static Node *how_far(Chart *c, Node *drawn, const Input *photo, const Input *style);
static void train(Chart *c);
static double evaluate(void *context);
static Tensor output(Chart *c, const Input *photo, double share);
static void show(Chart *c);
static Tensor titled(Chart *c, const char *title, Tensor image);
static void write_chart(FILE *out, void *context);

int main(int argc, char **argv) {
    Chart c = {0};
    c.lesson = lesson_begin(argc, argv, "flow_chart", 64);
    c.arena = lesson_arena(c.lesson);
    c.net = lesson_network(c.lesson);
    c.photo = input(&c, "photograph", lesson_image(c.lesson, 0, "scene.png"));
    c.style[0] = input(&c, "painting", lesson_image(c.lesson, 1, "painting.png"));
    c.style[1] = input(&c, "mosaic", lesson_image(c.lesson, 2, "mosaic.png"));
    Rng rng = rng_seed(1);
    c.f = stylist_new(c.arena, &rng, c.photo.f[LOCAL].shape.c, c.style[0].means.shape.c);
    lesson_print(c.lesson, "mean square of   features, content   Gram matrix, style\n");
    ask(&c, &c.photo);
    ask(&c, &c.style[0]);
    ask(&c, &c.style[1]);
    const Input small = input(&c, "small", image_resize(c.arena, c.photo.image, 16, 16));
    record(&c, &small);
    lesson_gradcheck(c.lesson, "box F, all its weights", c.tape, c.loss);
    tape_free(c.tape);
    train(&c);
    show(&c);
    lesson_draw_graph(c.lesson, "chart.svg", write_chart, &c);
    return lesson_end(c.lesson);
}

/* Boxes A and B. */
static Input input(Chart *c, const char *name, Tensor image) {
    Input in = {.name = name, .image = image};
    Tape *tape = tape_new();
    Node *f[LAYERS];
    lesson_record(c->lesson, c->net, tape_constant(tape, image), layers, LAYERS, f);
    for (int k = 0; k < LAYERS; k++)
        in.f[k] = tape_keep(c->arena, f[k]);
    in.means = tape_keep(c->arena, channel_means(c->arena, f[DEEP]));
    tape_free(tape);
    return in;
}

/* Box C: how much has the image of both kinds? Boxes D and E are the two columns. */
static void ask(Chart *c, const Input *in) {
    Tape *tape = tape_new();
    Node *f = tape_constant(tape, in->f[DEEP]);
    Node *gram = ag_gram(f, (Gram){f->shape.h * f->shape.w});
    lesson_print(c->lesson, "%-14s %20.2f %20.2f\n", in->name,
                 (double)node_scalar(ag_mean(ag_square(f))),
                 (double)node_scalar(ag_mean(ag_square(gram))));
    tape_free(tape);
}

/* The photograph in all styles, and the sum of their losses. */
static void record(Chart *c, const Input *photo) {
    Node *loss[STYLES];
    c->tape = tape_new();
    c->weights = tape_variable(c->tape, c->f.w);
    for (int k = 0; k < STYLES; k++) {
        Node *drawn = stylise(c, c->tape, photo, c->style[k].means, c->weights);
        loss[k] = how_far(c, drawn, photo, &c->style[k]);
    }
    c->loss = ag_weighted_sum(STYLES, loss, (const double[]){1, 1});
}

/* Box F: local features of the photograph, global ones of the painting, one image. */
static Node *stylise(Chart *c, Tape *tape, const Input *photo, Tensor means, Node *w) {
    Node *global = global_features(&c->f, tape_constant(tape, means), w);
    Node *local = tape_constant(tape, photo->f[LOCAL]);
    return draw(&c->f, c->arena, fuse(&c->f, c->arena, local, global, w), w);
}

/* The loss of lesson 13: style of three layers, content of one, a little smoothness. */
static Node *how_far(Chart *c, Node *drawn, const Input *photo, const Input *style) {
    Tape *tape = drawn->tape;
    Node *x[LAYERS];
    Node *terms[LAYERS + 1];
    const double weights[LAYERS + 1] = {6, 6, 4, 6, 1e-4};
    lesson_record(c->lesson, c->net, drawn, layers, LAYERS, x);
    for (int k = 0; k < LAYERS; k++) {
        if (k == LOCAL) {
            Node *p = tape_constant(tape, photo->f[k]);
            terms[k] = ag_content_loss(x[k], p, CONTENT_RELATIVE);
            continue;
        }
        Node *a = tape_constant(tape, style->f[k]);
        a = ag_style_summary(a, STYLE_RELATIVE, a->shape.h * a->shape.w);
        terms[k] = ag_style_loss(x[k], a, STYLE_RELATIVE, drawn->shape);
    }
    terms[LAYERS] = ag_tv_loss(drawn, TV_SQUARES);
    return ag_weighted_sum(LAYERS + 1, terms, weights);
}

/* Adam moves the weights, never a pixel. */
static void train(Chart *c) {
    record(c, &c->photo);
    const Objective all = {shape_size(c->f.w.shape), c->f.w.data, c->weights->grad,
                           evaluate, c};
    Adam settings = ADAM_DEFAULTS;
    settings.lr = 0.005;
    Optimizer *adam = adam_new(c->arena, all, settings);
    Training run = {"content and style, both paintings", .mean = MEAN_OF};
    const double first = (double)node_scalar(c->loss);
    for (int i = 0; i < STEPS; i++)
        training_note(&run, i, optimizer_step(adam).loss);
    const double part = training_last(&run) / first;
    lesson_print(c->lesson, "after %d steps of Adam the loss is %s of the first\n", STEPS,
                 part < 0.5 ? "less than half" : "MORE THAN HALF");
    lesson_tell(c->lesson, "from %.3g to %.3g\n", first, training_last(&run));
    training_plot_losses(c->lesson, "Training box F", &run, 1);
    tape_free(c->tape);
}

static double evaluate(void *context) {
    Chart *c = context;
    tape_forward(c->tape);
    tape_backward(c->tape, c->loss);
    return (double)node_scalar(c->loss);
}

/* Box G: one pass, with this share of the second painting. */
static Tensor output(Chart *c, const Input *photo, double share) {
    Tape *tape = tape_new();
    const double weights[STYLES] = {1 - share, share};
    Node *means[STYLES];
    for (int k = 0; k < STYLES; k++)
        means[k] = tape_constant(tape, c->style[k].means);
    Node *mixed = ag_weighted_sum(STYLES, means, weights);
    Node *drawn =
        stylise(c, tape, photo, node_tensor(mixed), tape_constant(tape, c->f.w));
    Tensor kept = tape_keep(c->arena, drawn);
    tape_free(tape);
    return kept;
}

/* The photograph in each style, below the painting of that style, and between both; and
 * an image that the training did not use as a photograph. The titles are symbols, which
 * need no translation: p the photograph, a and b the paintings. */
static void show(Chart *c) {
    const Input *photo = &c->photo;
    const Input *other = &c->style[1];
    const Tensor sheet[] = {
        titled(c, "a", c->style[0].image),     titled(c, "p", photo->image),
        titled(c, "b", other->image),          titled(c, "b", other->image),
        titled(c, "p a", output(c, photo, 0)), titled(c, "p a b", output(c, photo, 0.5)),
        titled(c, "p b", output(c, photo, 1)), titled(c, "b a", output(c, other, 0)),
    };
    lesson_show_sheet(c->lesson, "drawn.png", 8, sheet, 4);
}

/* The image three times as large, below its title. */
static Tensor titled(Chart *c, const char *title, Tensor image) {
    const int h = 3 * image.shape.h;
    const int w = 3 * image.shape.w;
    const int line = 20; /* pixels of the title */
    Tensor large = image_resize(c->arena, image, h, w);
    Tensor whole = tensor_alloc(c->arena, (Shape){1, 3, line + h, w});
    tensor_fill(whole, 1);
    for (int k = 0; k < 3; k++)
        memcpy(tensor_at(whole, 0, k, line, 0), tensor_at(large, 0, k, 0, 0),
               (size_t)h * (size_t)w * sizeof(real));
    caption_draw(whole, 2, 0, 2, title);
    return whole;
}

/* The chart as it runs here, with the shapes of this run. */
static void write_chart(FILE *out, void *context) {
    const Chart *c = context;
    const Shape a = c->photo.image.shape;
    const Shape b = c->photo.f[LOCAL].shape;
    fprintf(out, "digraph chart { rankdir=TB; node [shape=box fontname=\"DejaVu Sans\" "
                 "fontsize=11]; edge [fontname=\"DejaVu Sans\" fontsize=10];\n");
    fprintf(out, tr("a [label=\"A  two pictures\\n(1,%d,%d,%d)\"];\n"), a.c, a.h, a.w);
    fprintf(out, tr("b [label=\"B  features: network to %s, frozen\"];\n"), layers[DEEP]);
    fprintf(
        out, "%s",
        tr("c [shape=diamond label=\"C  which one is the\\nstyle? The user says\"];\n"));
    fprintf(out, tr("d [label=\"D  style: Gram matrices,\\n%d channel means\"];\n"),
            c->style[0].means.shape.c);
    fprintf(out, tr("e [label=\"E  content: %s\\n(1,%d,%d,%d)\"];\n"), layers[LOCAL], b.c,
            b.h, b.w);
    fprintf(out, tr("g [label=\"fully connected\\n%d global features\"];\n"), GLOBALS);
    fprintf(out, "%s",
            tr("u [label=\"fusion: 1x1 convolution of\\nlocal and global\"];\n"));
    fprintf(
        out, "%s",
        tr("f [label=\"F  generator: 3 convolutions,\\ntwice the size between\"];\n"));
    fprintf(out, tr("o [label=\"G  output\\n(1,3,%d,%d)\"];\n"), 2 * b.h, 2 * b.w);
    fprintf(out, "%s",
            tr("j [label=\"loss of lesson 13,\\nonly while training\" style=dashed];\n"));
    fprintf(out, "a -> b -> c; c -> d [label=\"%s\"]; c -> e [label=\"%s\"]; ",
            tr(" this one"), tr(" the other"));
    fprintf(out, "d -> g -> u; e -> u -> f -> o;\n"
                 "o -> j [style=dashed]; d -> j [style=dashed]; "
                 "e -> j [style=dashed]; }\n");
}
