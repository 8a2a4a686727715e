/* 练习 11：总损失、它的梯度，以及两个梯度的方向是否一致。
 *
 *     J = w_0 J_0 + w_1 J_1 + ...
 *     dJ/dx = w_0 dJ_0/dx + w_1 dJ_1/dx + ...
 *     cos(u, v) = u . v / (|u| |v|)            1：方向相同，-1：方向相反 */
#include "lessons/exercises/exercise.h"

/* 返回 J：count 个损失，各有权重。 */
double total_loss(int count, const double *loss, const double *weight) {
    BLANK("返回各个损失的加权和");
}

/* total += dJ/dx，n 个数；第 t 项的梯度在 gradient[t]，也是 n 个数。 */
void total_gradient(int count, int n, real *const *gradient, const double *weight,
                    real *total) {
    BLANK("对所有的 t 和 i，把 weight[t] * gradient[t][i] 加到 total[i] 上");
}

/* 返回 cos(u, v)；u 或 v 全是 0 时返回 0，因为零向量没有方向。 */
double cosine(int n, const real *u, const real *v) {
    BLANK("返回 u . v 除以 u 和 v 的长度");
}
