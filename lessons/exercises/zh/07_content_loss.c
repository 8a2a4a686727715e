/* 练习 07：文档 000 (4.1) 的内容损失，以及它的梯度。
 *
 * f 和 p 是特征，各有 N 个通道、M 个位置，即 N M 个数：f 属于生成的图像，p 属于照片。
 *
 *     J = 1/2 sum_ij (f_ij - p_ij)^2
 *
 * 反向的输入是 dj，即总损失对 J 的梯度；把链式法则对 f 给出的结果加到 df 上 (+=)：
 * df 里可能已经有别的数。 */
#include "lessons/exercises/exercise.h"

double content_loss(int channels, int positions, const real *f, const real *p);
void content_loss_backward(int channels, int positions, const real *f, const real *p,
                           double dj, real *df);

/* 返回 J。 */
double content_loss(int channels, int positions, const real *f, const real *p) {
    BLANK("差的平方和的一半");
}

/* df += dj dJ/df */
void content_loss_backward(int channels, int positions, const real *f, const real *p,
                           double dj, real *df) {
    BLANK("把 dj 乘以 J 对 f[i] 的导数，加到 df[i] 上");
}
