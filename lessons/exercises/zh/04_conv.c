/* 练习 04：一个卷积层，以及它对图像的梯度。
 *
 * x 是图像 (c, h, w)，weight 是 (o, c, k, k)，k 为奇数，bias 是 (o)，y 是 (o, h, w)；
 * x 的每一边补 p = (k - 1) / 2 圈 0，所以 y 与 x 一样大。
 *
 *     y[o,i,j] = bias[o] + 对 c,u,v 求和 weight[o,c,u,v] x[c, i + u - p, j + v - p]
 *
 * 反向的输入是 dy，即损失对 y 的梯度；结果要加到 dx 上 (+=)：
 * x[c,i,j] 参与了哪些 y，权重各是多少？ */
#include "lessons/exercises/exercise.h"

typedef struct Sizes {
    int c, h, w, o, k;
} Sizes;

void conv2d(const Sizes *d, const real *x, const real *weight, const real *bias, real *y);
void conv2d_backward(const Sizes *d, const real *dy, const real *weight, real *dx);

real pixel(const Sizes *d, const real *x, int c, int i, int j);

/* 通道 c 的像素 (i, j)；图像之外是 0。 */
real pixel(const Sizes *d, const real *x, int c, int i, int j) {
    const bool inside = i >= 0 && i < d->h && j >= 0 && j < d->w;
    return inside ? x[(c * d->h + i) * d->w + j] : 0;
}

void conv2d(const Sizes *d, const real *x, const real *weight, const real *bias,
            real *y) {
    BLANK("七重循环去掉对图像的那一重：o、i、j，再对 c、u、v 求和");
}

/* dx[c,i,j] += 对 o,u,v 求和 ... */
void conv2d_backward(const Sizes *d, const real *dy, const real *weight, real *dx) {
    BLANK("同样的循环；每个 dy[o,i,j] 传回它用到的每个像素");
}
