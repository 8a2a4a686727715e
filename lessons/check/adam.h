/* A step of Adam, right and with each of its mistakes, for exercise 12. */
#ifndef LESSONS_CHECK_ADAM_H
#define LESSONS_CHECK_ADAM_H

#include "lessons/check/types.h"

enum { ADAM_N = 6 }; /* numbers */

typedef struct AdamStep {
    AdamSettings a;
    int t;
    const real *g, *m, *v, *x, *new_m, *new_v; /* new: the student's */
} AdamStep;

/* The mistakes of m and v, those of x, and the values of x for slips.h. */
extern const char *const adam_mean_whys[], *const adam_whys[], *const adam_values[];

/* Formulas (grade.h) whose context is an AdamStep: m and v after the step. */
void adam_means(const void *context, int mistake, real *m);
void adam_mean_squares(const void *context, int mistake, real *v);

/* x after the step, with the m and v that the student has computed; and by how much it
 * moves. */
void adam_x(const void *context, int mistake, real *x);
void adam_steps(const void *context, int mistake, real *x);

#endif
