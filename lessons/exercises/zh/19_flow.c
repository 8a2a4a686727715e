/* 练习 19：光流与时间损失。
 *
 * 所有图像都是灰度图，h 行 w 列，像素 (i, j) 是 x[i * w + j]。光流的 u 向右，v 向下，单位是
 * 像素。光流所指之处落在四个像素之间，是哪四个，由 place.h 的
 * place_of(h, w, i + v, j + u) 给出。设 a、b 是 up 行左、右两个像素，c、d 是 down 行的两个：
 *
 *     y = (1 - t) ((1 - s) a + s b) + t ((1 - s) c + s d)
 *
 * 反向把梯度加到 dx、du 和 dv 上 (+=)。 */
#include "lessons/exercises/exercise.h"
#include "lessons/exercises/place.h"

/* y：在每个像素的光流所指之处读取 x。 */
void warp(int h, int w, const real *x, const real *u, const real *v, real *y) {
    BLANK("由 x 的四个像素算出每个像素的 y");
}

/* 列被移到边缘的地方 (inside_x) du 为 0，行被移到边缘的地方 dv 为 0。 */
void warp_backward(int h, int w, const real *x, const real *u, const real *v,
                   const real *dy, real *dx, real *du, real *dv) {
    BLANK("四个像素各得到 dy 的一份；u 和 v 得到 dy 乘斜率");
}

/* Horn 和 Schunck 方程的残差。求和遍历上、下、左、右的邻点 q，有几个算几个：
 *     left_u = a (a u + b v + c) - smoothness * (u_q - u) 之和
 *     left_v = b (a u + b v + c) - smoothness * (v_q - v) 之和 */
void euler_lagrange(int h, int w, double smoothness, const real *a, const real *b,
                    const real *c, const real *u, const real *v, real *left_u,
                    real *left_v) {
    BLANK("每个像素上 E 的梯度的一半");
}

/* 光流 f = (u, v) 可靠处为 1，否则为 0。g = (back_u, back_v) 是反向光流，已经在 f 所指之处
 * 读好。不可靠的是
 *     |f + g|^2 > 0.01 (|f|^2 + |g|^2) + 0.5
 *     |u 的斜率|^2 + |v 的斜率|^2 > 0.01 |f|^2 + 0.002
 * 以及 f 指到图像之外的像素。每个方向的斜率是两侧邻点之差的一半；边缘之外的邻点就是该像素
 * 自己。 */
void trusted(int h, int w, const real *u, const real *v, const real *back_u,
             const real *back_v, real *t) {
    BLANK("每个像素 1 或 0");
}

/* t (x - b)^2 对所有通道和位置的平均。x 和 b 每个通道占一行，共 positions 个数；t 只有这样
 * 一行，所有通道共用。 */
double temporal_loss(int channels, int positions, const real *t, const real *x,
                     const real *b) {
    BLANK("对 channels 乘 positions 个数取平均");
}

/* dx += 对 x 的梯度。 */
void temporal_loss_backward(int channels, int positions, const real *t, const real *x,
                            const real *b, real *dx) {
    BLANK("一个平方的导数，再除以取平均时的除数");
}
