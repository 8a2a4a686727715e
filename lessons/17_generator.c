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

#include "lessons/lesson.h"
#include "lessons/norm_by_hand.h"
#include "lessons/one_pass.h"
#include "lessons/painters.h"
#include "lessons/pupils.h"
#include "nn/ops.h"
#include "optim/optimizer.h"

enum { ONE_IMAGE = 60, MEAN_OF = 10, PUPILS = 3 };

static void check_norm(Studio *s);
static void check_generator(Studio *s);
static Tensor optimise(Studio *s);
static const char *mean_of_d(Studio *s, Tensor image);
static void compare(Studio *s, const char *name, Tensor drawn);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "17_generator", 96);
    Studio s = studio_new(l);
    /* Without norm 0.005 is the best of 0.001, 0.002, 0.005, 0.01 and 0.02. */
    Pupil pupils[PUPILS] = {
        {.name = "with instance norm", .norm = true, .rate = 0.02},
        {.name = "without norm", .norm = false, .rate = 0.005},
        {.name = "with norm and D", .norm = true, .rate = 0.02, .critic = 1}};
    check_norm(&s);
    check_generator(&s);

    Training runs[PUPILS];
    Tensor drawn[PUPILS];
    for (int k = 0; k < PUPILS; k++) {
        runs[k] = (Training){.name = pupils[k].name, .mean = MEAN_OF};
        pupil_train(&s, &pupils[k], &runs[k]);
        drawn[k] = pupil_paint(&s, &pupils[k], s.photo);
    }
    Tensor best = optimise(&s);
    lesson_print(l, "\nof the whole photograph     J   mean of D\n");
    compare(&s, "photograph itself", s.photo);
    for (int k = 0; k < PUPILS; k++)
        compare(&s, pupils[k].name, drawn[k]);
    compare(&s, "60 steps, this image", best);
    lesson_print(l, "%-20s %8s %11s\n", "painting itself", "", mean_of_d(&s, s.painting));
    training_plot_losses(l, "J while learning, mean of 10 steps", runs, PUPILS);
    const Tensor sheet[] = {s.photo,
                            s.painting,
                            best,
                            drawn[0],
                            drawn[1],
                            drawn[2],
                            s.unseen,
                            pupil_paint(&s, &pupils[0], s.unseen),
                            pupil_paint(&s, &pupils[2], s.unseen)};
    lesson_show_sheet(l, "drawn.png", 9, sheet, 3);
    return lesson_end(l);
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

/* Lesson 13: J moves the pixels. */
static Tensor optimise(Studio *s) {
    Tensor image = tensor_clone(s->arena, s->photo);
    Tape *tape = tape_new();
    Node *x = tape_variable(tape, image);
    Node *j = how_far(s, x, tape_constant(tape, s->photo));
    const Objective pixels = {shape_size(x->shape), x->value, x->grad, evaluate_loss, j};
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
