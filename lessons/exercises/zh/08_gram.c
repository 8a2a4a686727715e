/* 练习 08：格拉姆矩阵 (Gram matrix)，以及它的梯度。
 *
 * F 有 N 行，每个通道一行，每行 M 个位置：f[i * M + k]。G 是 N 行 N 列。
 *
 *     G_ij = sum_k F_ik F_jk             G = F F^T
 *     dF   = (dG + dG^T) F
 *
 * dg 是某个损失对 G 的梯度，不一定对称。反向把结果加到 df 上 (+=)：
 * df 里可能已经有别的数。 */
#include "lessons/exercises/exercise.h"

void gram(int n, int m, const real *f, real *g);
void gram_backward(int n, int m, const real *f, const real *dg, real *df);

/* g = F F^T */
void gram(int n, int m, const real *f, real *g) {
    BLANK("g[i * n + j]：F_ik F_jk 对 k 求和");
}

/* df += (dG + dG^T) F */
void gram_backward(int n, int m, const real *f, const real *dg, real *df) {
    BLANK("G_ij 把 dg[i * n + j] 乘以第 j 行传给第 i 行，乘以第 i 行传给第 j 行");
}
