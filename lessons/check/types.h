/* The types that exercises 04, 12 and 13 declare, for the programs that call the student's
 * functions. They must be those of lessons/exercises. */
#ifndef LESSONS_CHECK_TYPES_H
#define LESSONS_CHECK_TYPES_H

#include "tensor/real.h"

typedef struct Sizes {
    int c, h, w, o, k;
} Sizes;

typedef struct AdamSettings {
    real lr, beta1, beta2, epsilon;
} AdamSettings;

typedef double Term(void *context, int n, const real *x, real *gradient);

typedef struct Transfer {
    int n, count;
    Term *const *terms;
    const double *weights;
    void *context;
    int steps, drop_step, clamp_steps;
    double rate, drop_rate, low, high;
} Transfer;

#endif
