/* Lesson 17: can a network learn to paint, instead of one image?
 *
 * Lesson 13 moves the pixels of one image. Here the same J moves the weights W of a
 * generator G, on squares x of a photograph (Johnson, Alahi and Fei-Fei 2016):
 *
 *     min_W  mean over x of J(G(x), x)          then G paints in one pass
 *
 * G learns faster with instance norm, for each channel of each image (Ulyanov, Vedaldi
 * and Lempitsky 2016), whose mean and deviation are m and d:
 *
 *     z = (x - m) / d      dx = (dz - mean of dz - z mean of z dz) / d
 *
 * Document 004 has a discriminator D (2.4, 3.2, 4.2). D looks at windows of what G draws
 * and of the painting, and -log D is one more term of J.
 *
 *     make lesson-17        or   build/double/lessons/17_generator
 *                                photo.jpg painting.jpg another_photo.jpg --size 192
 *
 * You will see what three generators have learned in 300 steps each, with and without
 * the norm, and with D, beside the 60 steps of lesson 13 for one image. */
#include <math.h>

#include "lessons/game.h"
#include "lessons/lesson.h"
#include "lessons/norm_by_hand.h"
#include "lessons/one_pass.h"
#include "lessons/painters.h"
#include "lessons/training.h"
#include "losses/content.h"
#include "losses/style.h"
#include "losses/total.h"
#include "losses/tv.h"
#include "nn/ops.h"
#include "tensor/clock.h"

enum { STEPS = 300, ONE_IMAGE = 60, MEAN_OF = 10, LAYERS = 4, CONTENT = 2, PUPILS = 3 };
static const char *const layers[LAYERS] = {"relu1_1", "relu2_1", "relu2_2", "relu3_1"};

/* One generator, and what it learns from. */
typedef struct Pupil {
    const char *name;
    bool norm;
    double rate;   /* the largest learning rate */
    double critic; /* the weight of -log D; 0: there is no D */
    Tensor w;
} Pupil;

typedef struct Studio {
    Lesson *lesson;
    Arena *arena;
    Network *net;
    Tensor photo;
    Tensor painting;
    Tensor unseen;
    Tensor gram[LAYERS]; /* of the painting */
    int side;            /* of the squares that G learns from */
    Tensor d;            /* D's weights */
} Studio;

/* D, which learns while G does. */
typedef struct Critic {
    Player d;
    Tensor real;  /* a square of the painting */
    Node *wanted; /* -log D(G(x)), on G's tape */
    Optimizer *adam;
} Critic;

static void check_norm(Studio *s);
static void prepare(Studio *s);
static Node *how_far(const Studio *s, Node *drawn, Node *photo);
static void check_generator(Studio *s);
static void train(Studio *s, Pupil *pupil, Training *run);
static Critic critic_new(Studio *s, Node *drawn, Rng *rng);
static Tensor paint(Studio *s, const Pupil *pupil, Tensor photo);
static Tensor optimise(Studio *s);
static const char *mean_of_d(Studio *s, Tensor image);
static void compare(Studio *s, const char *name, Tensor drawn);

int main(int argc, char **argv) {
    Studio s = {.lesson = lesson_begin(argc, argv, "17_generator", 96)};
    /* Without norm 0.005 is the best of 0.001, 0.002, 0.005, 0.01 and 0.02. */
    Pupil pupils[PUPILS] = {
        {.name = "with instance norm", .norm = true, .rate = 0.02},
        {.name = "without norm", .norm = false, .rate = 0.005},
        {.name = "with norm and D", .norm = true, .rate = 0.02, .critic = 1}};
    s.arena = lesson_arena(s.lesson);
    check_norm(&s);
    prepare(&s);
    check_generator(&s);

    Training runs[PUPILS];
    Tensor drawn[PUPILS];
    for (int k = 0; k < PUPILS; k++) {
        runs[k] = (Training){.name = pupils[k].name, .mean = MEAN_OF};
        train(&s, &pupils[k], &runs[k]);
        drawn[k] = paint(&s, &pupils[k], s.photo);
    }
    Tensor best = optimise(&s);
    lesson_print(s.lesson, "\nof the whole photograph     J   mean of D\n");
    compare(&s, "photograph itself", s.photo);
    for (int k = 0; k < PUPILS; k++)
        compare(&s, pupils[k].name, drawn[k]);
    compare(&s, "60 steps, this image", best);
    lesson_print(s.lesson, "%-20s %8s %11s\n", "painting itself", "",
                 mean_of_d(&s, s.painting));
    training_plot_losses(s.lesson, "J while learning, mean of 10 steps", runs, PUPILS);
    const Tensor sheet[] = {s.photo,
                            s.painting,
                            best,
                            drawn[0],
                            drawn[1],
                            drawn[2],
                            s.unseen,
                            paint(&s, &pupils[0], s.unseen),
                            paint(&s, &pupils[2], s.unseen)};
    lesson_show_sheet(s.lesson, "drawn.png", 9, sheet, 3);
    return lesson_end(s.lesson);
}

/* The op of norm_by_hand.c: its gradient; ag_instance_norm with scale 1 and shift 0; and
 * an image with half the contrast. */
static void check_norm(Studio *s) {
    Tape *tape = tape_new();
    Node *x = tape_example_variable(tape, (Shape){2, 3, 4, 5});
    Node *one = tape_constant(tape, tensor_alloc(s->arena, (Shape){1, 3, 1, 1}));
    tensor_fill(node_tensor(one), 1);
    Node *z = norm_by_hand(x, 1e-5);
    Node *same = ag_instance_norm(x, one, NULL, (InstanceNorm){1e-5});
    Node *half = norm_by_hand(ag_shift(ag_scale(x, (Scale){0.5}), (Shift){0.3}), 1e-5);
    tape_forward(tape);
    lesson_gradcheck(s->lesson, "z by x", tape, z);
    double library = 0;
    double contrast = 0;
    for (size_t i = 0; i < shape_size(x->shape); i++) {
        library = fmax(library, fabs((double)(z->value[i] - same->value[i])));
        contrast = fmax(contrast, fabs((double)(z->value[i] - half->value[i])));
    }
    lesson_print(s->lesson, "z %s ag_instance_norm; of half the contrast %s\n",
                 library < 1e-12 ? "=" : "IS NOT",
                 contrast < 1e-3 ? "the same z" : "ANOTHER z");
    tape_free(tape);
}

/* The images; the Gram matrices of the painting; squares of two thirds of the shortest
 * side. */
static void prepare(Studio *s) {
    s->net = lesson_network(s->lesson);
    s->photo = lesson_image(s->lesson, 0, "scene.png");
    s->painting = lesson_image(s->lesson, 1, "painting.png");
    s->unseen = lesson_image(s->lesson, 2, "mosaic.png");
    const Shape a = s->photo.shape;
    const Shape b = s->painting.shape;
    s->side = (int)fmin(fmin(a.h, a.w), fmin(b.h, b.w)) * 2 / 3 / 4 * 4;
    Error err;
    if (s->side < PATCH_SIDE) {
        error_set(&err, "no side of an image may be shorter than 18 pixels");
        lesson_fail(s->lesson, &err);
    }
    Tape *tape = tape_new();
    Node *f[LAYERS];
    lesson_record(s->lesson, s->net, tape_constant(tape, s->painting), layers, LAYERS, f);
    for (int k = 0; k < LAYERS; k++) {
        const double positions = f[k]->shape.h * f[k]->shape.w;
        Node *gram = ag_style_summary(f[k], STYLE_RELATIVE, positions);
        s->gram[k] = tape_keep(s->arena, gram);
    }
    tape_free(tape);
}

/* J of lesson 13: style of three layers, content of one, a little smoothness. */
static Node *how_far(const Studio *s, Node *drawn, Node *photo) {
    Node *x[LAYERS];
    Node *p[LAYERS];
    Node *terms[LAYERS + 1];
    const double weights[LAYERS + 1] = {6, 6, 5, 6, 1e-4};
    lesson_record(s->lesson, s->net, drawn, layers, LAYERS, x);
    lesson_record(s->lesson, s->net, photo, layers, CONTENT + 1, p);
    for (int k = 0; k < LAYERS; k++) {
        Node *a = tape_constant(drawn->tape, s->gram[k]);
        terms[k] = k == CONTENT ? ag_content_loss(x[k], p[k], CONTENT_RELATIVE)
                                : ag_style_loss(x[k], a, STYLE_RELATIVE, drawn->shape);
    }
    terms[LAYERS] = ag_tv_loss(drawn, TV_SQUARES);
    return ag_weighted_sum(LAYERS + 1, terms, weights);
}

/* J by all weights, for a square of 16 x 16 pixels. */
static void check_generator(Studio *s) {
    Rng rng = rng_seed(2);
    Tensor x = tensor_alloc(s->arena, (Shape){1, 3, 16, 16});
    patches_cut(s->photo, x, &rng);
    Tape *tape = tape_new();
    Node *photo = tape_constant(tape, x);
    Node *w = tape_variable(tape, one_pass_weights(s->arena, &rng));
    Node *j = how_far(s, one_pass(s->arena, photo, w, true), photo);
    lesson_gradcheck(s->lesson, "J by the weights", tape, j);
    lesson_print(s->lesson, "G has %d weights and learns from squares of %d x %d\n",
                 w->shape.w, s->side, s->side);
    tape_free(tape);
}

static double evaluate(void *context) {
    Node *loss = context;
    tape_forward(loss->tape);
    tape_backward(loss->tape, loss);
    return (double)node_scalar(loss);
}

/* A new square at every step; all pupils see the same ones. */
static void train(Studio *s, Pupil *pupil, Training *run) {
    Rng rng = rng_seed(1);
    Rng squares = rng_seed(2);
    Tensor x = tensor_alloc(s->arena, (Shape){1, 3, s->side, s->side});
    Tape *tape = tape_new();
    Node *photo = tape_constant(tape, x);
    pupil->w = one_pass_weights(s->arena, &rng);
    Node *w = tape_variable(tape, pupil->w);
    Node *drawn = one_pass(s->arena, photo, w, pupil->norm);
    Node *j = how_far(s, drawn, photo);
    Node *loss = j;
    Critic critic = {0};
    if (pupil->critic > 0) {
        critic = critic_new(s, drawn, &rng);
        critic.adam = player_adam(s->arena, &critic.d, 0.002);
        loss = ag_add(j, ag_scale(critic.wanted, (Scale){pupil->critic}));
    }
    const Objective all = {shape_size(w->shape), w->value, w->grad, evaluate, loss};
    Optimizer *adam = adam_new(s->arena, all, ADAM_DEFAULTS);
    Schedule schedule = schedule_one_cycle(pupil->rate, STEPS);
    const double begin = seconds_now();
    for (int i = 0; i < STEPS; i++) {
        patches_cut(s->photo, x, &squares);
        if (critic.adam) {
            patches_cut(s->painting, critic.real, &rng);
            tape_forward(tape); /* what G draws now, for D */
            optimizer_step(critic.adam);
        }
        schedule_apply(&schedule, adam, i);
        optimizer_step(adam);
        training_note(run, i, (double)node_scalar(j));
    }
    lesson_tell(s->lesson, "%s: %.1f s\n", pupil->name, seconds_now() - begin);
    tape_free(tape);
    tape_free(critic.d.tape);
}

/* As in lesson 16: on D's tape what G draws is a constant, and on G's tape D's weights
 * are. */
static Critic critic_new(Studio *s, Node *drawn, Rng *rng) {
    Critic c = {.d.tape = tape_new()};
    s->d = discriminator_weights(s->arena, rng);
    c.real = tensor_alloc(s->arena, drawn->shape);
    c.d.w = tape_variable(c.d.tape, s->d);
    Node *on_real = discriminator(tape_constant(c.d.tape, c.real), c.d.w);
    Node *fake = tape_constant(c.d.tape, node_tensor(drawn));
    Node *on_fake = discriminator(fake, c.d.w);
    c.d.loss = ag_add(ag_mean(minus_log_d(on_real)), ag_mean(minus_log_not_d(on_fake)));
    Node *d_weights = tape_constant(drawn->tape, s->d);
    c.wanted = ag_mean(minus_log_d(discriminator(drawn, d_weights)));
    return c;
}

/* One pass. */
static Tensor paint(Studio *s, const Pupil *pupil, Tensor photo) {
    Tape *tape = tape_new();
    Node *w = tape_constant(tape, pupil->w);
    Node *drawn = one_pass(s->arena, tape_constant(tape, photo), w, pupil->norm);
    Tensor kept = tape_keep(s->arena, drawn);
    tape_free(tape);
    return kept;
}

/* Lesson 13: J moves the pixels. */
static Tensor optimise(Studio *s) {
    Tensor image = tensor_clone(s->arena, s->photo);
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, image);
    Node *j = how_far(s, x, tape_constant(tape, s->photo));
    const Objective pixels = {shape_size(x->shape), x->value, x->grad, evaluate, j};
    Optimizer *lbfgs = lbfgs_new(s->arena, pixels, LBFGS_DEFAULTS);
    for (int i = 0; i < ONE_IMAGE; i++)
        optimizer_step(lbfgs);
    tape_free(tape);
    return image;
}

/* The mean of D over all windows. */
static const char *mean_of_d(Studio *s, Tensor image) {
    Tape *tape = tape_new();
    Node *d = tape_constant(tape, s->d);
    Node *score = discriminator(tape_constant(tape, image), d);
    const double mean = (double)node_scalar(ag_mean(ag_sigmoid(score)));
    tape_free(tape);
    return lesson_about_to(s->lesson, 2, mean);
}

/* J against the photograph, and D. */
static void compare(Studio *s, const char *name, Tensor drawn) {
    Tape *tape = tape_new();
    Node *x = tape_constant(tape, drawn);
    Node *j = how_far(s, x, tape_constant(tape, s->photo));
    lesson_print(s->lesson, "%-20s %8s %11s\n", name,
                 lesson_about(s->lesson, (double)node_scalar(j)), mean_of_d(s, drawn));
    tape_free(tape);
}

/* Exercises
 * 1. Write instance norm, upsampling and their gradients in mine/17_generator.c.
 * 2. Train without norm at the rate of the other two. What does G paint?
 * 3. Give -log D the weight 3, then 10. What do you see? */
