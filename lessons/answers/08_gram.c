/* Answer 08: the Gram matrix and its gradient.
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
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int k = 0; k < m; k++)
                sum += (double)f[i * m + k] * (double)f[j * m + k];
            g[i * n + j] = (real)sum;
        }
}

/* df += (dG + dG^T) F */
void gram_backward(int n, int m, const real *f, const real *dg, real *df) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < m; k++)
                df[i * m + k] += (dg[i * n + j] + dg[j * n + i]) * f[j * m + k];
}
