/* Cross entropy and its gradient, right and with each mistake, for exercise 15. */
#ifndef LESSONS_CHECK_ENTROPY_H
#define LESSONS_CHECK_ENTROPY_H

#include "tensor/real.h"

enum { ENTROPY_BATCHES = 8 }; /* whose losses are compared */

typedef struct EntropyBatch {
    int n, classes;
    const real *z, *before; /* before: in dz */
    const int *label;
} EntropyBatch;

/* The mistakes of the loss, and those of its gradient. */
extern const char *const entropy_loss_whys[], *const entropy_back_whys[];

/* The loss of one batch. */
double entropy_loss(const EntropyBatch *t, int mistake);

/* The logarithm of the sum of e^z of picture i. */
double entropy_log_sum(const EntropyBatch *t, int i);

/* The two terms of the gradient: p / n and -[k = label] / n. */
void entropy_terms(const EntropyBatch *t, real *p, real *label);

/* Formulas (grade.h) whose context are ENTROPY_BATCHES batches: their losses; and a
 * batch: dz. */
void entropy_losses(const void *context, int mistake, real *loss);
void entropy_pulls(const void *context, int mistake, real *dz);

#endif
