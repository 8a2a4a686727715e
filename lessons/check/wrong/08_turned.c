/* expects: F is taken for transposed */
#include "lessons/exercises/exercise.h"

void gram(int n, int m, const real *f, real *g);
void gram_backward(int n, int m, const real *f, const real *dg, real *df);

/* g = F F^T */
void gram(int n, int m, const real *f, real *g) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int k = 0; k < m; k++)
                sum += (double)f[k * n + i] * (double)f[k * n + j];
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
