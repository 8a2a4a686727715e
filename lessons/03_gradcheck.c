/* 03 How do I know a gradient is right?
 *
 * Nudge x by a small step h and look at what the loss really does:
 *     forward difference   (E(x + h) - E(x)) / h        = E'(x) + h/2 E'' + ...
 *     central difference   (E(x + h) - E(x - h)) / 2h   = E'(x) + h^2/6 E''' + ...
 *
 * So every formula of the documents is checked. Here: four times the style loss (000,
 * 4.2) of one channel at one position, E = (x^2 - a)^2, with E' = 4 x (x^2 - a).
 *
 *     make lesson-03        or: 03_gradcheck [PICTURE]
 *
 * You will see how the error depends on h, a slope that no difference finds, and a wrong
 * gradient that a careless check lets pass. */
#include <math.h>

#include "autograd/ops.h"
#include "lessons/lesson.h"
#include "nn/ops.h"

#define STEPS 28                             /* h = 1, 0.3, 0.1, 0.03, ... */
#define USUAL 1e-5                           /* the h of gradient checks in double */
#define E(x) (((x) * (x)-2) * ((x) * (x)-2)) /* a = 2; in float or in double, as x is */

static void step_size(Lesson *l);
static void kink(Lesson *l);
static void hidden_mistake(Lesson *l, Tensor photo);
static void worst_errors(double h, double *forward, double *central, double *in_float);

int main(int argc, char **argv) {
    Lesson *l = lesson_begin(argc, argv, "03_gradcheck", 128);
    step_size(l);
    kink(l);
    hidden_mistake(l, lesson_picture(l, 0, "scene.png"));
    return lesson_end(l);
}

static void step_size(Lesson *l) {
    double h[14], forward[14], central[14], in_float[14], step = 10;
    lesson_print(l, "error of dE/dx\n    h   forward   central   central, float\n");
    for (int k = 0; k < 14; k++) {
        h[k] = step /= 10;
        worst_errors(h[k], &forward[k], &central[k], &in_float[k]);
        lesson_print(l, "%5.0e %9.0e %9.0e %9.0e\n", h[k], forward[k], central[k],
                     in_float[k]);
    }
    const Series series[] = {{"forward, double", 14, h, forward},
                             {"central, double", 14, h, central},
                             {"central, float", 14, h, in_float}};
    lesson_plot(l, "error.svg",
                &(Plot){"How good is a difference quotient?", "step h", "error", true,
                        true, 3, series});
}

static double larger_error(double worst, double a, double n) {
    return fmax(worst, fabs(a - n) / fmax(fabs(a), fabs(n)));
}

/* |analytic - numeric| / max(|analytic|, |numeric|), the largest of 100 x. */
static void worst_errors(double h, double *forward, double *central, double *in_float) {
    *forward = *central = *in_float = 0;
    for (double i = 0; i < 100; i++) {
        const double x = 2 + i / 100, slope = 4 * x * (x * x - 2);
        const float f = (float)x, s = (float)h;
        *forward = larger_error(*forward, slope, (E(x + h) - E(x)) / h);
        *central = larger_error(*central, slope, (E(x + h) - E(x - h)) / (2 * h));
        *in_float =
            larger_error(*in_float, slope, (double)((E(f + s) - E(f - s)) / (2 * s)));
    }
}

/* relu(x) = max(0, x) has one slope on each side of 0, and none at 0. */
static void kink(Lesson *l) {
    Tensor x = tensor_alloc(lesson_arena(l), (Shape){1, 1, 1, 5});
    lesson_print(l, "\nrelu        x    slope  numeric\n");
    for (int i = 0; i < 5; i++) {
        const double at = 0.6 * (i - 2), slope = (fmax(0, at + 1) - fmax(0, at - 1)) / 2;
        lesson_print(l, "       %4.1f h %8d %8.2f\n", at, at > 0, slope);
        x.data[i] = (real)(at * USUAL);
    }
    Tape *tape = tape_new();
    lesson_gradcheck(l, "relu", tape, ag_relu(tape_variable(tape, x)));
    tape_free(tape);
}

static void turn_shape(Node *y) {
    y->shape = y->in[0]->shape;
}

static void turn(Node *y) {
    for (size_t i = 0, n = shape_size(y->shape); i < n; i++)
        y->value[i] = y->in[0]->value[n - 1 - i];
}

/* forward was: y[i] = x[n - 1 - i] */
static void turn_back(Node *y) {
    const int wrong = *(const int *)y->params;
    for (size_t i = 0, n = shape_size(y->shape); i < n; i++)
        y->in[0]->grad[wrong ? i : n - 1 - i] += y->grad[i];
}

static const Op op_turn = {"turn", "y[i] = x[n - 1 - i]", .shape = turn_shape,
                           .forward = turn, .backward = turn_back};

/* An op whose backward forgets to turn the picture back, beside the right one. */
static void hidden_mistake(Lesson *l, Tensor photo) {
    Tensor gradient[4]; /* of sum(y) and of sum(y^2) / 2, each right and wrong */
    lesson_print(l, "\n%s, x and y %s\n", op_turn.math, SHAPE(photo.shape));
    for (int wrong = 0; wrong < 2; wrong++) {
        Tape *tape = tape_new();
        Node *x = tape_variable(tape, photo);
        Node *y = tape_record(&op_turn, 1, &x, &wrong, sizeof wrong), *sum = ag_sum(y);
        const GradCheck plain = gradcheck_variable(tape, sum, x, USUAL, 200);
        const GradCheck random = gradcheck_variable(tape, y, x, USUAL, 200);
        lesson_print(l, "backward %s  sum(y) %s  sum(y * random) %s\n",
                     wrong ? "wrong" : "right",
                     gradcheck_passed(&plain, 1e-6) ? "passes" : "FAILS ",
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
 * 1. Write the gradient checker: lessons/exercises/03_gradcheck.c, make check-03.
 * 2. Why is the bottom of each curve where it is? Work out the best h.
 * 3. y = x - mean(x): what does sum(y) say about a gradient, right or wrong? */
