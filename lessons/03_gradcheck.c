/* Lesson 03: how do I know that a gradient is right?
 *
 * Change x by a small step h and measure how the loss changes:
 *
 *     forward difference   (E(x + h) - E(x)) / h        = E'(x) + h/2 E'' + ...
 *     central difference   (E(x + h) - E(x - h)) / 2h   = E'(x) + h^2/6 E''' + ...
 *
 * Every formula of the documents is checked in this way. The example here is four times
 * the style loss (000, 4.2) of one channel at one position: E = (x^2 - a)^2 with
 * E' = 4 x (x^2 - a).
 *
 *     make lesson-03        or   build/double/lessons/03_gradcheck photo.jpg
 *
 * You will see how the error depends on h, a slope that no difference finds, and a wrong
 * gradient that a careless check does not notice. */
#include <math.h>

#include "autograd/ops.h"
#include "lessons/lesson.h"
#include "nn/ops.h"

enum { STEPS = 14 };    /* h = 1, 0.1, 0.01, ... */
#define USUAL_STEP 1e-5 /* the h of gradient checks in double */

static void step_size(Lesson *l);
static void kink(Lesson *l);
static void hidden_mistake(Lesson *l, Tensor photo);
static void worst_errors(double h, double *forward, double *central, double *in_float);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "03_gradcheck", 128);
    step_size(l);
    kink(l);
    hidden_mistake(l, lesson_image(l, 0, "scene.png"));
    return lesson_end(l);
}

static void step_size(Lesson *l) {
    double h[STEPS];
    double forward[STEPS];
    double central[STEPS];
    double in_float[STEPS];
    double step = 1;
    lesson_print(l, "largest relative error of dE/dx, for 100 x from 2 to 3\n"
                    "    h   forward   central   central, float\n");
    for (int k = 0; k < STEPS; k++) {
        h[k] = step;
        step /= 10;
        worst_errors(h[k], &forward[k], &central[k], &in_float[k]);
        lesson_print(l, "%5.0e %9.2e %9.2e %16.2e\n", h[k], forward[k], central[k],
                     in_float[k]);
    }
    const Series series[] = {{"forward, double", STEPS, h, forward},
                             {"central, double", STEPS, h, central},
                             {"central, float", STEPS, h, in_float}};
    const Plot plot = {.title = "How good is a difference quotient?",
                       .x_label = "step h",
                       .y_label = "error",
                       .log_x = true,
                       .log_y = true,
                       .series_count = 3,
                       .series = series};
    lesson_plot(l, "error.svg", &plot);
}

/* E(x) = (x^2 - a)^2 with a = 2, in double and in float. */
static double loss(double x) {
    return (x * x - 2) * (x * x - 2);
}

static float loss_in_float(float x) {
    return (x * x - 2) * (x * x - 2);
}

/* |analytic - numeric| / max(|analytic|, |numeric|), or `worst` if that is larger. */
static double larger_error(double worst, double analytic, double numeric) {
    const double error = fabs(analytic - numeric);
    return fmax(worst, error / fmax(fabs(analytic), fabs(numeric)));
}

/* The largest error for 100 values of x from 2 to 3. */
static void worst_errors(double h, double *forward, double *central, double *in_float) {
    *forward = 0;
    *central = 0;
    *in_float = 0;
    for (int i = 0; i < 100; i++) {
        const double x = 2 + i / 100.0;
        const double slope = 4 * x * (x * x - 2);
        const float xf = (float)x;
        const float hf = (float)h;
        const double f = (loss(x + h) - loss(x)) / h;
        const double c = (loss(x + h) - loss(x - h)) / (2 * h);
        const float cf = (loss_in_float(xf + hf) - loss_in_float(xf - hf)) / (2 * hf);
        *forward = larger_error(*forward, slope, f);
        *central = larger_error(*central, slope, c);
        *in_float = larger_error(*in_float, slope, (double)cf);
    }
}

/* relu(x) = max(0, x) has one slope on each side of 0, and none at 0. */
static void kink(Lesson *l) {
    Tensor x = tensor_alloc(lesson_arena(l), (Shape){1, 1, 1, 5});
    lesson_print(l, "\nrelu at x     slope   central difference\n");
    for (int i = 0; i < 5; i++) {
        const double at = 0.6 * (i - 2); /* in units of h */
        const double numeric = (fmax(0, at + 1) - fmax(0, at - 1)) / 2;
        lesson_print(l, "   %4.1f h %9d %20.2f\n", at, at > 0, numeric);
        x.data[i] = (real)(at * USUAL_STEP);
    }
    Tape *tape = tape_new();
    lesson_gradcheck(l, "relu", tape, ag_relu(tape_variable(tape, x)));
    tape_free(tape);
}

static void turn_shape(Node *y) {
    y->shape = y->in[0]->shape;
}

static void turn(Node *y) {
    const size_t n = shape_size(y->shape);
    for (size_t i = 0; i < n; i++)
        y->value[i] = y->in[0]->value[n - 1 - i];
}

/* forward was: y[i] = x[n - 1 - i] */
static void turn_back(Node *y) {
    const int wrong = *(const int *)y->params;
    const size_t n = shape_size(y->shape);
    for (size_t i = 0; i < n; i++)
        y->in[0]->grad[wrong ? i : n - 1 - i] += y->grad[i];
}

static const Op op_turn = {.name = "turn",
                           .math = "y[i] = x[n - 1 - i]",
                           .shape = turn_shape,
                           .forward = turn,
                           .backward = turn_back};

/* An op whose backward pass forgets to turn the gradient, beside the right one. */
static void hidden_mistake(Lesson *l, Tensor photo) {
    Tensor gradient[4]; /* of sum(y) and of sum(y^2) / 2, each right and wrong */
    lesson_print(l,
                 "\nturn: %s, x and y %s; gradient checks of\n"
                 "                  sum(y)   sum(y * random)\n",
                 op_turn.math, SHAPE(photo.shape));
    for (int wrong = 0; wrong < 2; wrong++) {
        Tape *tape = tape_new();
        Node *x = tape_variable(tape, photo);
        Node *y = tape_record(&op_turn, 1, &x, &wrong, sizeof wrong);
        Node *sum = ag_sum(y);
        const GradCheck plain = gradcheck_variable(tape, sum, x, USUAL_STEP, 200);
        const GradCheck random = gradcheck_variable(tape, y, x, USUAL_STEP, 200);
        lesson_print(l, "backward %s %9s %17s\n", wrong ? "wrong" : "right",
                     gradcheck_passed(&plain, 1e-6) ? "passes" : "FAILS",
                     gradcheck_passed(&random, 1e-6) ? "passes" : "FAILS");
        tape_backward(tape, sum);
        gradient[wrong] = lesson_heat(l, tape_keep_grad(lesson_arena(l), x), 1);
        tape_backward_from(tape, y, y->value);
        gradient[2 + wrong] = lesson_heat(l, tape_keep_grad(lesson_arena(l), x), 1);
        tape_free(tape);
    }
    lesson_show_sheet(l, "gradients.png", 4, gradient, 2);
}

/* Exercises
 * 1. Write the gradient checker in mine/03_gradcheck.c.
 * 2. Why is the bottom of each curve where it is? Work out the best h.
 * 3. Let y = x - mean(x). What does sum(y) say about a right and about a wrong gradient?
 */
