/* Lesson 18: does a style fit into two numbers for each channel?
 *
 * m and d are the mean and the deviation of a channel of features. AdaIN gives the
 * features x of a photograph those of a painting's features y (Huang and Belongie 2017):
 *
 *     AdaIN(x, y) = d_y (x - m_x) / d_x + m_y
 *
 * Nothing is trained for a painting. A decoder, trained once, draws an image from
 * features; it draws AdaIN's, too, whatever painting y is from.
 *
 *     make lesson-18        or   build/double/lessons/18_adain
 *                                photo.jpg painting.jpg another_painting.jpg --size 192
 *
 * You will see what two moments have of a Gram matrix and what they have not, and a
 * photograph in two styles, between them, and with a part of the style. */
#include <math.h>

#include "lessons/adain_by_hand.h"
#include "lessons/decoder.h"
#include "lessons/lesson.h"
#include "lessons/painters.h"
#include "lessons/restyle.h"
#include "losses/content.h"
#include "losses/total.h"
#include "nn/ops.h"
#include "optim/schedule.h"
#include "tensor/clock.h"

enum { STEPS = 400, ALPHAS = 5 };
static const char *const layer = "relu3_1";

static void check_adain(Restyling *s);
static void train(Restyling *s);
static Tensor draw(Restyling *s, Tensor f);
static void compare(Restyling *s);
static void show(Restyling *s);

int main(int argc, char **argv) {
    Restyling s = {.lesson = lesson_begin(argc, argv, "18_adain", 96)};
    s.arena = lesson_arena(s.lesson);
    s.net = lesson_network(s.lesson);
    s.photo = lesson_image(s.lesson, 0, "scene.png");
    s.painting = lesson_image(s.lesson, 1, "painting.png");
    s.mosaic = lesson_image(s.lesson, 2, "mosaic.png");
    check_adain(&s);
    train(&s);
    compare(&s);
    show(&s);
    return lesson_end(s.lesson);
}

/* The op of adain_by_hand.c: its gradient by x and by y, and the library's instance norm
 * with d_y and m_y for scale and shift. */
static void check_adain(Restyling *s) {
    Tape *tape = tape_new();
    Node *x = tape_example_variable(tape, (Shape){1, 3, 4, 5});
    Node *y = tape_example_variable(tape, (Shape){1, 3, 3, 6});
    Node *out = adain_by_hand(x, y);
    const ChannelMoments style = channel_moments(s->arena, node_tensor(y));
    Node *same =
        ag_instance_norm(x, tape_constant(tape, style.d), tape_constant(tape, style.m),
                         (InstanceNorm){ADAIN_EPSILON});
    double off = 0;
    for (size_t i = 0; i < shape_size(x->shape); i++)
        off = fmax(off, fabs((double)(out->value[i] - same->value[i])));
    lesson_print(s->lesson, "AdaIN %s ag_instance_norm with the moments of y\n",
                 off < 1e-12 ? "=" : "IS NOT");
    lesson_gradcheck(s->lesson, "AdaIN by x and y", tape, out);
    tape_free(tape);
}

static double evaluate(void *context) {
    Node *loss = context;
    tape_forward(loss->tape);
    tape_backward(loss->tape, loss);
    return (double)node_scalar(loss);
}

/* Two thirds of the shortest side. */
static int side_of_squares(const Restyling *s) {
    const Shape a = s->photo.shape;
    const Shape b = s->painting.shape;
    const int side = (int)fmin(fmin(a.h, a.w), fmin(b.h, b.w)) * 2 / 3 / 4 * 4;
    Error err;
    if (side < PATCH_SIDE) {
        error_set(&err, "no side of an image may be shorter than 18 pixels");
        lesson_fail(s->lesson, &err);
    }
    return side;
}

/* The decoder learns to draw x from the features of x: squares of the photograph and of
 * the painting. No style and no AdaIN occurs in it. */
static void train(Restyling *s) {
    const int side = side_of_squares(s);
    Rng rng = rng_seed(1);
    Tensor square = tensor_alloc(s->arena, (Shape){1, 3, side, side});
    patches_cut(s->photo, square, &rng);
    Tape *tape = tape_new();
    Node *x = tape_constant(tape, square);
    Node *f;
    Node *again;
    lesson_record(s->lesson, s->net, x, &layer, 1, &f);
    s->w = drawn_weights(s->arena, f->shape.c, &rng);
    Node *w = tape_variable(tape, s->w);
    Node *drawn = decode(f, w);
    lesson_record(s->lesson, s->net, drawn, &layer, 1, &again);
    Node *terms[] = {ag_mean(ag_square(ag_sub(drawn, x))),
                     ag_content_loss(again, f, CONTENT_RELATIVE)};
    Node *loss = ag_weighted_sum(2, terms, (const double[]){20, 1});
    const double first = (double)node_scalar(loss);

    const Objective all = {shape_size(w->shape), w->value, w->grad, evaluate, loss};
    Optimizer *adam = adam_new(s->arena, all, ADAM_DEFAULTS);
    const Schedule schedule = schedule_one_cycle(0.005, STEPS);
    const double begin = seconds_now();
    double mean = 0; /* of the loss, over the last tenth */
    for (int i = 0; i < STEPS; i++) {
        patches_cut(i % 2 ? s->painting : s->photo, square, &rng);
        schedule_apply(&schedule, adam, i);
        const double now = optimizer_step(adam).loss;
        if (i >= STEPS * 9 / 10) mean += now / (STEPS / 10.0);
    }
    lesson_print(s->lesson, "decoder: %d weights, %d steps, loss %.2f, then %s\n",
                 w->shape.w, STEPS, first, lesson_about(s->lesson, mean));
    lesson_tell(s->lesson, "%.1f s\n", seconds_now() - begin);
    tape_free(tape);
}

static Tensor draw(Restyling *s, Tensor f) {
    Tape *tape = tape_new();
    Node *image = decode(tape_constant(tape, f), tape_constant(tape, s->w));
    Tensor kept = tape_keep(s->arena, image);
    tape_free(tape);
    return kept;
}

static void print_distances(Restyling *s, const char *name, Distances d) {
    lesson_print(s->lesson, "%-22s %7.3f %10.3f %7.3f %9.3f %7.3f\n", name, d.means,
                 d.deviations, d.gram, d.diagonal, d.rest);
}

/* What is alike when two moments are; and what of it an image has that is drawn. */
static void compare(Restyling *s) {
    Lesson *l = s->lesson;
    const Tensor x = features(s, s->photo);
    const Tensor y = features(s, s->painting);
    const ChannelMoments style = channel_moments(s->arena, y);
    lesson_print(l, "\nfrom the painting        means deviations    Gram  diagonal    "
                    "rest\n");
    print_distances(s, "photograph", distances(s, x, y));
    print_distances(s, "AdaIN", distances(s, restyle(s, x, style, 1), y));
    print_distances(s, "painting, shuffled", distances(s, shuffled(s, y), y));

    double alpha[ALPHAS];
    double content[ALPHAS];
    double means[ALPHAS];
    double gram[ALPHAS];
    lesson_print(l, "\nalpha  content    means     Gram   of what is drawn\n");
    for (int k = 0; k < ALPHAS; k++) {
        alpha[k] = k / (ALPHAS - 1.0);
        const Tensor f = features(s, draw(s, restyle(s, x, style, alpha[k])));
        const Distances d = distances(s, f, y);
        content[k] = far_from(f, x);
        means[k] = d.means;
        gram[k] = d.gram;
        lesson_print(l, "%5.2f %8s %8s %8s\n", alpha[k],
                     lesson_about_to(l, 2, content[k]), lesson_about_to(l, 2, means[k]),
                     lesson_about_to(l, 2, gram[k]));
    }
    const Series curves[] = {{"features, from the photograph", ALPHAS, alpha, content},
                             {"means, from the painting", ALPHAS, alpha, means},
                             {"Gram matrix, from the painting", ALPHAS, alpha, gram}};
    lesson_plot(l, "alpha.svg",
                &(Plot){.title = "What is drawn with a part of the style",
                        .x_label = "alpha",
                        .y_label = "|a - b| / |b|",
                        .series_count = 3,
                        .series = curves});
}

static void show(Restyling *s) {
    const Tensor x = features(s, s->photo);
    const Tensor other = features(s, s->mosaic);
    const ChannelMoments night = channel_moments(s->arena, features(s, s->painting));
    const ChannelMoments blocks = channel_moments(s->arena, other);
    const ChannelMoments mixed = half_of_each(s, night, blocks);
    const Tensor sheet[] = {s->photo,
                            s->painting,
                            s->mosaic,
                            draw(s, restyle(s, x, night, 0)),
                            draw(s, restyle(s, x, night, 0.5)),
                            draw(s, restyle(s, x, night, 1)),
                            draw(s, restyle(s, other, night, 1)),
                            draw(s, restyle(s, x, mixed, 1)),
                            draw(s, restyle(s, x, blocks, 1))};
    lesson_show_sheet(s->lesson, "drawn.png", 9, sheet, 3);
}

/* Exercises
 * 1. Write moments, AdaIN and their gradients in mine/18_adain.c.
 * 2. Give x the moments of the painting at relu1_1 or relu2_1 instead. What changes?
 * 3. Set only the mean, or only the deviation. Which of the two is the colour? */
