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

extern const char *const lbfgs_whys[];

/* A Formula (grade.h) whose context is a LbfgsPairs. */
void lbfgs_formula(const void *context, int mistake, real *d);

#endif
