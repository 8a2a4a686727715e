/* Is a gradient right? Compare it with what a small step really does to the loss.
 *
 * For a recorded output y of any shape the loss is L = sum_i y_i r_i with fixed random
 * weights r in [0.5, 1.5) with random signs; a plain sum(y) would not notice a permuted
 * gradient. Every element x_i of every variable on the tape is moved by +h and -h, the
 * tape is replayed, and
 *
 *     numeric  = (L(x_i + h) - L(x_i - h)) / 2h
 *     analytic = x->grad[i] after one tape_backward_from(y, r)
 *     error    = |analytic - numeric| / max(|analytic|, |numeric|, 1e-4 g, 1e-12)
 *
 * where g is the largest |analytic| or |numeric| of that variable: signs count, and an
 * element that happens to be almost 0 is measured against its neighbours. The comparison
 * means something in the double build only; in float, differences drown in rounding,
 * which lesson 03 shows.
 *
 * Where the two probes fall on different smooth pieces of some op (a ReLU that switches,
 * a maximum that moves to another pixel) a difference quotient says nothing. Such
 * elements are counted in `kinks`, not in `worst`, and the op is named.
 *
 *     GradCheck check = gradcheck(tape, y, 1e-5);
 *     if (!gradcheck_passed(&check, 1e-6)) gradcheck_print(&check, stderr); */
#ifndef AUTOGRAD_GRADCHECK_H
#define AUTOGRAD_GRADCHECK_H

#include "autograd/tape.h"

typedef struct GradCheck {
    double step;          /* h */
    size_t checked;       /* elements compared */
    size_t kinks;         /* elements left out because the probes straddle a kink */
    double worst;         /* largest error of all compared elements */
    const Node *variable; /* where it is, */
    size_t index;         /* at which element, */
    double analytic;      /* and the two numbers there */
    double numeric;
    const Node *kink;     /* the first op that switched; NULL when none did */
    const Node *all_zero; /* a variable whose analytic gradient is 0 everywhere though its
                             numeric one is not; or NULL */
    const Node *not_finite; /* a variable with a NaN or infinite gradient; or NULL */
} GradCheck;

/* Checks d y / d v for every variable v that leads to y. Values and gradients are as
 * after a tape_forward and a backward pass when it returns. */
GradCheck gradcheck(Tape *tape, Node *y, double step);

/* Something was compared, all of it finite, no gradient all zero, and worst <= tolerance.
 */
bool gradcheck_passed(const GradCheck *check, double tolerance);

/* One sentence (or two, when kinks were met): the worst element with its index and both
 * numbers. */
void gradcheck_print(const GradCheck *check, FILE *out);

#endif
