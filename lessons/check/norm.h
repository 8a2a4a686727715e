/* Instance norm and its gradient, right and with each mistake, for exercise 17. */
#ifndef LESSONS_CHECK_NORM_H
#define LESSONS_CHECK_NORM_H

#include "lessons/check/norm_parts.h"

/* The mistakes of z and of dx, and the values of both for slips.h. */
extern const char *const norm_whys[], *const norm_back_whys[];
extern const char *const norm_values[], *const norm_back_values[];

/* Formulas (grade.h) whose context is a NormImage: z and dx. */
void norm_forward(const void *context, int mistake, real *z);
void norm_backward(const void *context, int mistake, real *dx);

/* The three terms of dx, each over d: dz, -mean of dz, -z mean of z dz. */
enum { NORM_TERMS = 3 };
void norm_terms(const NormImage *t, real *const term[NORM_TERMS]);

/* sum of dz z, whose gradient by x is dx. */
double norm_loss(const NormImage *t);

#endif
