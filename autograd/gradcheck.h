/* Is a gradient right? Compare it with the change of the loss in a small step.
 *
 * For a recorded output y of any shape the loss is L = sum_i y_i r_i with fixed random
 * weights r in [0.5, 1.5) with random signs; a plain sum(y) would not notice a permuted
 * gradient. An element x_i of a variable is moved by +h and -h, the tape is replayed, and
 *
 *     numeric  = (L(x_i + h) - L(x_i - h)) / 2h
 *     analytic = x->grad[i] after one tape_backward_from(y, r)
 *     error    = |analytic - numeric| / max(|analytic|, |numeric|, 1e-4 g, 1e-4 s)
 *
 * where g is the largest |analytic| or |numeric| of that variable and s = sum_i |y_i r_i|
 * at the unmoved point: signs count, an element that happens to be almost 0 is measured
 * against its neighbours, and a gradient that is 0 in exact arithmetic (a bias before a
 * normalisation) is not measured against the rounding of L. 2h is the distance between
 * the two probes as they are in memory. The comparison means something in the double
 * build only; in float, rounding errors are larger than the differences, which lesson 03
 * shows.
 *
 * Where the two probes fall on different smooth pieces of some op between x and y (a ReLU
 * that switches, a maximum that moves to another pixel) a difference quotient is no
 * gradient. Such elements are counted in `kinks`, not in `worst`, and the op is named.
 *
 *     GradCheck check = gradcheck(tape, y, 1e-5);
 *     if (!gradcheck_passed(&check, 1e-6)) gradcheck_print(&check, stderr); */
#ifndef AUTOGRAD_GRADCHECK_H
#define AUTOGRAD_GRADCHECK_H

#include "autograd/tape.h"

/* What a gradient check has found. */
typedef struct GradCheck {
    double step;            /* h */
    size_t checked;         /* elements compared */
    size_t kinks;           /* elements left out because the probes straddle a kink */
    double worst;           /* largest error of all compared elements */
    const Node *variable;   /* its variable; NULL when nothing was compared */
    size_t index;           /* at which element, */
    double analytic;        /* the gradient of backward there */
    double numeric;         /* and that of the difference */
    const Node *kink;       /* the first op that switched; NULL when none did */
    const Node *all_zero;   /* a variable whose analytic gradient is 0 everywhere though
                               its numeric one is not; or NULL */
    const Node *not_finite; /* a variable with a NaN or infinite gradient, analytic or
                               numeric; or NULL */
} GradCheck;

/* Checks d y / d v for every element of every variable v that leads to y; the others are
 * skipped. `step` is h. Every element is restored exactly, and values and gradients are
 * as after a tape_forward and the backward pass with seed r when it returns. */
GradCheck gradcheck(Tape *tape, Node *y, double step);

/* The same, with h = `step`, for one variable, at no more than `most` elements, spread
 * evenly over it (0: all of them): two replays for every weight of a network would take
 * days. */
GradCheck gradcheck_variable(Tape *tape, Node *y, Node *variable, double step,
                             size_t most);

/* Something was compared, all of it finite, no gradient all zero, and worst <= tolerance.
 */
bool gradcheck_passed(const GradCheck *check, double tolerance);

/* One sentence (or two, when kinks were met): the worst element with its index and both
 * numbers. */
void gradcheck_print(const GradCheck *check, FILE *out);

/* The error at one step: a point of the curve that falls with h^2, because a central
 * difference leaves out a term of that size, and rises with 1 / h, because L is rounded.
 * It has the shape of a V on logarithmic axes, and its minimum is the best step. */
typedef struct GradPoint {
    double step;           /* h */
    double median, worst;  /* of the errors of all compared elements of all variables */
    size_t checked, kinks; /* elements, as in GradCheck */
} GradPoint;

/* One point for each of `count` steps. Values and gradients end as after gradcheck. */
void gradcheck_curve(Tape *tape, Node *y, int count, const double *steps,
                     GradPoint *points);

#endif
