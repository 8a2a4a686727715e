/* 练习 18：两个矩就是任意一种风格。
 *
 * x 和 y 都是一幅图像的数据，每个通道占一行，共 positions 个数。x 的每个通道有均值 m
 * 和标准差 d：
 *
 *     m = x 的平均      d = sqrt((x - m)^2 的平均 + epsilon)
 *
 * mean 和 deviation 每个通道一个数：在 moments() 里是 x 的，在 adain() 里是油画的；
 * adain() 把它们交给 x，交多少由 alpha 决定：
 *
 *     y = (1 - alpha) x + alpha (deviation (x - m) / d + mean)
 *
 * 在 moments_backward 里，d_mean 和 d_deviation 是对 moments() 两个结果的梯度。
 * 反向把梯度加到 dx 上 (+=)。 */
#include "lessons/exercises/exercise.h"

void moments(int channels, int positions, double epsilon, const real *x, real *mean,
             real *deviation);
void moments_backward(int channels, int positions, double epsilon, const real *x,
                      const real *d_mean, const real *d_deviation, real *dx);
void adain(int channels, int positions, double epsilon, double alpha, const real *x,
           const real *mean, const real *deviation, real *y);
void adain_backward(int channels, int positions, double epsilon, double alpha,
                    const real *x, const real *deviation, const real *dy, real *dx);

void moments(int channels, int positions, double epsilon, const real *x, real *mean,
             real *deviation) {
    BLANK("x 每个通道的 m 和 d");
}

void moments_backward(int channels, int positions, double epsilon, const real *x,
                      const real *d_mean, const real *d_deviation, real *dx) {
    BLANK("每个 x 都改变本通道的 m 和 d：两项，加到 dx 上");
}

void adain(int channels, int positions, double epsilon, double alpha, const real *x,
           const real *mean, const real *deviation, real *y) {
    BLANK("让 x 有油画的均值和标准差，再与 x 混合");
}

void adain_backward(int channels, int positions, double epsilon, double alpha,
                    const real *x, const real *deviation, const real *dy, real *dx) {
    BLANK("混合的两部分对 x 的梯度，加到 dx 上");
}
