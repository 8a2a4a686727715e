/* Cosines of vectors, right and with each mistake, for exercise 11. */
#ifndef LESSONS_CHECK_COSINE_H
#define LESSONS_CHECK_COSINE_H

#include "tensor/real.h"

enum { COSINE_N = 4 }; /* numbers of a vector */

typedef struct CosinePairs {
    int count;
    const real (*pair)[2][COSINE_N];
} CosinePairs;

extern const char *const cosine_whys[]; /* the mistakes */

/* A Formula (grade.h) whose context is a CosinePairs. */
void cosine_formula(const void *context, int mistake, real *out);

#endif
