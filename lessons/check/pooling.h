/* The ways back through max and average pooling, right and with each mistake, for
 * exercise 05. */
#ifndef LESSONS_CHECK_POOLING_H
#define LESSONS_CHECK_POOLING_H

#include <stdbool.h>
#include <stddef.h>

#include "tensor/real.h"

/* One channel; each array has exactly the required length. */
typedef struct PoolingChannel {
    int h, w;
    size_t size, out; /* numbers in x, in dp */
    real *x, *dp;
    const real *before; /* in dx; NULL: zeros */
} PoolingChannel;

/* The mistake with that number; NULL behind the last. */
const char *pooling_why(bool max, int mistake);

/* Formulas (grade.h) whose context is a PoolingChannel: what is added to dx. */
void pooling_max_back(const void *context, int mistake, real *dx);
void pooling_avg_back(const void *context, int mistake, real *dx);

#endif
