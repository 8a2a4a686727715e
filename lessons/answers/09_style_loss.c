/* Exercise 09: the style loss of one layer, and its gradient.
 *
 *     G_ij = sum_k F_ik F_jk                                gram(), given
 *     E = 1 / (4 N^2 M^2) sum_ij (G_ij - A_ij)^2
 *     dE/dF_ik = 1 / (N^2 M^2) sum_j (G_ij - A_ij) F_jk
 *
 * f: the features, N rows (channels) of M numbers (positions), F_ik = f[i * M + k]
 * a: the painting's Gram matrix, N x N, A_ij = a[i * N + j] */
#include "lessons/exercises/exercise.h"

/* g = F F^T, N x N: lesson 08. You need not write it again. */
void gram(int N, int M, const real *f, real *g);

/* E. g has room for N x N numbers: call gram() first. */
double style_loss(int N, int M, const real *f, const real *a, real *g) {
    double sum = 0;
    gram(N, M, f, g);
    for (int i = 0; i < N * N; i++)
        sum += (double)((g[i] - a[i]) * (g[i] - a[i]));
    return sum / (4.0 * N * N * M * M);
}

/* df += dE/dF, N x M: other layers have added their part already. g as above. */
void style_loss_backward(int N, int M, const real *f, const real *a, real *g, real *df) {
    const real scale = (real)(1 / ((double)N * N * M * M));
    gram(N, M, f, g);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < M; k++)
            for (int j = 0; j < N; j++)
                df[i * M + k] += scale * (g[i * N + j] - a[i * N + j]) * f[j * M + k];
}
