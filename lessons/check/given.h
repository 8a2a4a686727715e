/* What exercise 09 is given: gram() of exercise 08, from the library, so that its lines are
 * not in the file of the next exercise. Whoever loads or links an exercise sets it. */
#ifndef LESSONS_CHECK_GIVEN_H
#define LESSONS_CHECK_GIVEN_H

#include "tensor/real.h"

typedef void GivenGram(int n, int m, const real *f, real *g);

extern GivenGram *given_gram;

#endif
