/* expects: without their weights */
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
    double loss = 0;
    for (int i = 0; i < t->n; i++)
        gradient[i] = 0;
    for (int k = 0; k < t->count; k++) {
        loss += t->weights[k] * t->terms[k](t->context, t->n, x, scratch);
        for (int i = 0; i < t->n; i++)
            gradient[i] += scratch[i];
    }
    return loss;
}

/* All steps. For each: clamp, gradient at the present x, rate of this step, move. */
void transfer(const Transfer *t, real *x, real *scratch, real *gradient) {
    for (int step = 0; step < t->steps; step++) {
        if (step < t->clamp_steps)
            for (int i = 0; i < t->n; i++)
                x[i] = (real)fmin(fmax((double)x[i], t->low), t->high);
        total_loss(t, x, scratch, gradient);
        const double rate = step < t->drop_step ? t->rate : t->drop_rate;
        for (int i = 0; i < t->n; i++)
            x[i] -= (real)rate * gradient[i];
    }
}
