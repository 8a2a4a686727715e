/* 练习 09：一层的风格损失，以及它的梯度。
 *
 *     G_ij = sum_k F_ik F_jk                                gram()，已经给出
 *     E = 1 / (4 N^2 M^2) sum_ij (G_ij - A_ij)^2
 *     dE/dF_ik = 1 / (N^2 M^2) sum_j (G_ij - A_ij) F_jk
 *
 * f：特征，N 行（通道），每行 M 个数（位置），F_ik = f[i * M + k]
 * a：油画的格拉姆矩阵，N x N，A_ij = a[i * N + j] */
#include "lessons/exercises/exercise.h"

/* g = F F^T，N x N：第 08 课的函数，不用再写。 */
void gram(int N, int M, const real *f, real *g);

/* 返回 E。g 有 N x N 个数的空间：先调用 gram()。 */
double style_loss(int N, int M, const real *f, const real *a, real *g) {
    BLANK("返回 1 / (4 N^2 M^2) 乘以 (G_ij - A_ij)^2 之和");
}

/* df += dE/dF，N x M：其他层已经加上了它们的部分。g 同上。 */
void style_loss_backward(int N, int M, const real *f, const real *a, real *g, real *df) {
    BLANK("把 1 / (N^2 M^2) sum_j (G_ij - A_ij) F_jk 加到 df[i * M + k] 上");
}
