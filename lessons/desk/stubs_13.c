/* The functions of exercise 13, in the process of the submission. The terms stay in the
 * grader, which is called back. */
#include <stdlib.h>

#include "lessons/check/types.h"
#include "lessons/desk/remote.h"
#include "tensor/check.h"

double total_loss(const Transfer *t, const real *x, real *scratch, real *gradient);
double alone_total_loss(const Transfer *t, const real *x, real *scratch, real *gradient);
void alone_transfer(const Transfer *t, real *x, real *scratch, real *gradient);
void transfer(const Transfer *t, real *x, real *scratch, real *gradient);

/* Term k, or, behind the last one, their weighted sum: see lessons/desk/total.c. */
static double term_here(void *context, int k, const real *x, real *gradient) {
    const Transfer *t = context;
    if (k < t->count) return t->terms[k](t->context, t->n, x, gradient);
    real *scratch = calloc((size_t)t->n, sizeof *scratch);
    CHECK(scratch, "no memory for %d numbers", t->n);
    const double sum = alone_total_loss(t, x, scratch, gradient);
    free(scratch);
    return sum;
}

static double both(const char *name, const Transfer *t, int functions, Value x,
                   real *scratch, real *gradient) {
    Transfer here = *t;
    const CallBack terms = {term_here, &here, .functions = functions, .n = (size_t)t->n};
    return REMOTE_BACK(name, &terms, INT(t->n), INT(t->count),
                       INPUT(t->weights, t->count), INT(t->steps), INT(t->drop_step),
                       INT(t->clamp_steps), DOUBLE(t->rate), DOUBLE(t->drop_rate),
                       DOUBLE(t->low), DOUBLE(t->high), x, NUMBERS(scratch, t->n),
                       NUMBERS(gradient, t->n));
}

double total_loss(const Transfer *t, const real *x, real *scratch, real *gradient) {
    return both("total_of_terms", t, t->count, (Value)INPUT(x, t->n), scratch, gradient);
}

/* Alone: it calls the right total_loss, and not that of the submission. */
void alone_transfer(const Transfer *t, real *x, real *scratch, real *gradient) {
    both("transfer", t, t->count + 1, (Value)NUMBERS(x, t->n), scratch, gradient);
}

void transfer(const Transfer *t, real *x, real *scratch, real *gradient) {
    alone_transfer(t, x, scratch, gradient);
}
