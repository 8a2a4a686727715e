/* Exercise 08: the Gram matrix and its gradient.
 *
 * F has N rows, one for each channel, of M positions: f[i * M + k]. G has N rows of N.
 *
 *     G_ij = sum_k F_ik F_jk             G = F F^T
 *     dF   = (dG + dG^T) F
 *
 * dg is the gradient of some loss with respect to G; it need not be symmetric. Backward
 * ADDS to df: there may be something in it already. */
#include "lessons/exercises/exercise.h"

void gram(int n, int m, const real *f, real *g);
void gram_backward(int n, int m, const real *f, const real *dg, real *df);

/* g = F F^T */
void gram(int n, int m, const real *f, real *g) {
    BLANK("g[i * n + j]: the sum over k of F_ik F_jk");
}

/* df += (dG + dG^T) F */
void gram_backward(int n, int m, const real *f, const real *dg, real *df) {
    BLANK("G_ij hands dg[i * n + j] on to row i, times row j, and to row j, times row i");
}
