/* 练习 17：实例归一化和上采样，以及它们的梯度。
 *
 * x 和 z 都是一幅图像的数据，每个通道占一行，共 positions 个数。每个通道有自己的均值 m
 * 和标准差 d：
 *
 *     m = x 的平均      d = sqrt((x - m)^2 的平均 + epsilon)      z = (x - m) / d
 *
 * m 和 d 依赖这个通道的所有 x，所以每个 dx 都依赖这个通道的所有 dz。
 *
 * upsample 把一个像素变成四个：x 是 (h, w)，y 是 (2 h, 2 w)，
 *
 *     y_ij = x_kl      其中 k = i / 2，l = j / 2，都向下取整
 *
 * 反向把梯度加到 dx 上 (+=)。 */
#include "lessons/exercises/exercise.h"

void instance_norm(int channels, int positions, double epsilon, const real *x, real *z);
void instance_norm_backward(int channels, int positions, double epsilon, const real *x,
                            const real *dz, real *dx);
void upsample(int h, int w, const real *x, real *y);
void upsample_backward(int h, int w, const real *dy, real *dx);

void instance_norm(int channels, int positions, double epsilon, const real *x, real *z) {
    BLANK("一个通道接一个通道：先求 m，再求 d，最后求 z");
}

void instance_norm_backward(int channels, int positions, double epsilon, const real *x,
                            const real *dz, real *dx) {
    BLANK("dz / d，但要减去 dz 中被 m 和 d 抵消的部分；加到 dx 上");
}

void upsample(int h, int w, const real *x, real *y) {
    BLANK("每个 y 都是某一个 x 的副本");
}

void upsample_backward(int h, int w, const real *dy, real *dx) {
    BLANK("每个 x 被复制了四次，所以四个 dy 都加到它的 dx 上");
}
