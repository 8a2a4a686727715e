/* The direction of L-BFGS, right and with each of its mistakes, for exercise 12. */
#ifndef LESSONS_CHECK_LBFGS_H
#define LESSONS_CHECK_LBFGS_H

#include "tensor/real.h"

enum { LBFGS_N = 6, LBFGS_PAIRS = 3 }; /* numbers and pairs, at most */

/* Row i of s and y is pair i; row 0 is the oldest. */
typedef struct LbfgsPairs {
    int n, pairs;
    const real *s, *y, *g;
} LbfgsPairs;

/* Its mistakes, and its values for slips.h. */
extern const char *const lbfgs_whys[], *const lbfgs_values[];

/* A Formula (grade.h) whose context is a LbfgsPairs. */
void lbfgs_formula(const void *context, int mistake, real *d);

#endif
