/* What an optimiser requires: the vector x, and a function that computes the gradient.
 *
 * The numbers x are changed in place. A tape leaf reads the image's memory directly,
 * and backward leaves the gradient in the leaf, so nothing is ever copied:
 *
 *     static double evaluate(void *context) {
 *         Painting *p = context;
 *         tape_forward(p->tape);
 *         tape_backward(p->tape, p->loss);
 *         return node_scalar(p->loss);
 *     }
 *     Objective objective = {size, image->value, image->grad, evaluate, &painting};
 */
#ifndef OPTIM_OBJECTIVE_H
#define OPTIM_OBJECTIVE_H

#include <stddef.h>

#include "tensor/real.h"

/* A loss as a function of x. */
typedef struct Objective {
    size_t size;    /* how many numbers, at least 1 */
    real *x;        /* the numbers: read by evaluate, changed by optimizer_step */
    real *gradient; /* dL/dx, written by evaluate */

    /* Returns the loss L at the present x and writes its gradient. The same x must give
     * the same loss and gradient. */
    double (*evaluate)(void *context);
    void *context; /* passed to evaluate */
} Objective;

#endif
