/* Exercise 13: the loop that turns a photograph into a painting.
 *
 * A term of the loss is a function that returns L(x) and OVERWRITES gradient with dL/dx;
 * x and the gradient have n numbers. A transfer has some terms, with weights,
 *
 *     J = weights[0] L_0 + weights[1] L_1 + ...      content, style and tv, say
 *
 * and goes down J with a fixed number of steps x = x - rate dJ/dx, the way document 002's
 * program does with Adam: the rate drops to `drop_rate` from step `drop_step` on (steps
 * count from 0), and before each of the first `clamp_steps` steps every x that is outside
 * of [low, high] is put on that limit. */
#include "lessons/exercises/exercise.h"

typedef double Term(void *context, int n, const real *x, real *gradient);

typedef struct Transfer {
    int n, count; /* numbers in x; terms */
    Term *const *terms;
    const double *weights;
    void *context; /* handed to every term */
    int steps, drop_step, clamp_steps;
    double rate, drop_rate, low, high;
} Transfer;

double total_loss(const Transfer *t, const real *x, real *scratch, real *gradient);
void transfer(const Transfer *t, real *x, real *scratch, real *gradient);

/* Returns J and overwrites gradient with dJ/dx. scratch has room for n numbers. */
double total_loss(const Transfer *t, const real *x, real *scratch, real *gradient) {
    BLANK("add up weight times loss, and weight times gradient, of every term");
}

/* All steps. For each: clamp, gradient at the present x, rate of this step, move. */
void transfer(const Transfer *t, real *x, real *scratch, real *gradient) {
    BLANK("for each step: clamp if it is early, total_loss, the rate, and x -= ...");
}
