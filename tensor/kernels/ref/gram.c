#include "tensor/kernels/ref/ref.h"

#include <string.h>

/* Sum of a_i b_i: pieces of GRAM_CHUNK in `real`, the pieces in double. */
static double dot(const real *a, const real *b, size_t m) {
    double total = 0;
    for (size_t start = 0; start < m; start += GRAM_CHUNK) {
        real sum = 0;
        for (size_t i = start; i < m && i < start + GRAM_CHUNK; i++)
            sum += a[i] * b[i];
        total += (double)sum;
    }
    return total;
}

/* G[a,b] = sum over i of F[a,i] F[b,i] / divisor */
void ref_gram_forward(int n, int c, size_t m, double divisor, const real *f, real *g) {
    for (int image = 0; image < n; image++, f += (size_t)c * m)
        for (size_t a = 0; a < (size_t)c; a++)
            for (size_t b = 0; b < (size_t)c; b++)
                *g++ = (real)(dot(f + a * m, f + b * m, m) / divisor);
}

real gram_symmetric(const real *dg, int c, ptrdiff_t a, ptrdiff_t b, double divisor) {
    return (real)(((double)dg[a * c + b] + (double)dg[b * c + a]) / divisor);
}

/* forward was: G[a,b] += F[a,i] F[b,i] / divisor; F[a,i] contributes to row a and to
 * column a of G, so dF[a,i] += sum over b of (dG[a,b] + dG[b,a]) / divisor F[b,i]. */
void ref_gram_backward(int n, int c, size_t m, double divisor, const real *f,
                       const real *dg, real *df, bool add) {
    for (int image = 0; image < n; image++) {
        if (!add) memset(df, 0, (size_t)c * m * sizeof *df);
        for (int a = 0; a < c; a++)
            for (int b = 0; b < c; b++) {
                real factor = gram_symmetric(dg, c, a, b, divisor);
                for (size_t i = 0; i < m; i++)
                    df[(size_t)a * m + i] += factor * f[(size_t)b * m + i];
            }
        f += (size_t)c * m, df += (size_t)c * m, dg += c * c;
    }
}
