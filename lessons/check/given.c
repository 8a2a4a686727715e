#include "lessons/check/given.h"

#include "lessons/check/functions.h"

GivenGram *given_gram;

/* Weak: exercise 08 and its students have their own. */
__attribute__((weak)) void gram(int n, int m, const real *f, real *g) {
    given_gram(n, m, f, g);
}
