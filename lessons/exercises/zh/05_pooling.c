/* 练习 05：最大池化和平均池化的反向过程。
 *
 * x 是一个通道 (h, w)，dp 是对池化结果 (h / 2, w / 2) 的梯度：2 x 2 的窗口一个挨一个。
 * h 或 w 为奇数时，最后一行或最后一列不属于任何窗口。
 *
 *     p[i,j] = x[2i,2j], x[2i,2j+1], x[2i+1,2j], x[2i+1,2j+1] 中的最大值
 *     p[i,j] = (x[2i,2j] + x[2i,2j+1] + x[2i+1,2j] + x[2i+1,2j+1]) / 4
 *
 * 两个函数都把结果加到 dx (h, w) 上 (+=)。几个像素相等时，按这个顺序第一个算最大。 */
#include "lessons/exercises/exercise.h"

void max_pool_backward(int h, int w, const real *x, const real *dp, real *dx);
void avg_pool_backward(int h, int w, const real *dp, real *dx);

void max_pool_backward(int h, int w, const real *x, const real *dp, real *dx) {
    BLANK("找出每个窗口里最大的像素，把 dp[i,j] 加到它的 dx 上");
}

void avg_pool_backward(int h, int w, const real *dp, real *dx) {
    BLANK("窗口里的每个像素分得 dp[i,j] 的一份");
}
