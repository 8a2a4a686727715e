/* The steps of a transfer, right and with each of its mistakes, for exercise 13. */
#ifndef LESSONS_CHECK_DESCENT_H
#define LESSONS_CHECK_DESCENT_H

#include "lessons/check/types.h"

enum { DESCENT_N = 6 }; /* numbers, at most */

typedef double Total(const Transfer *t, const real *x, real *scratch, real *gradient);

typedef struct DescentSteps {
    Transfer t;
    const real *start;
    Total *total; /* whose gradient is taken */
} DescentSteps;

/* Its mistakes, and its values for slips.h. */
extern const char *const descent_whys[], *const descent_values[];

/* A Formula (grade.h) whose context is a DescentSteps: where x is after all steps. */
void descent(const void *context, int mistake, real *x);

#endif
