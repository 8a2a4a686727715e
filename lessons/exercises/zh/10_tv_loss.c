/* 练习 10：全变分损失 (total variation)，平方形式和绝对值形式。
 *
 *     squares   (x_i+1,j - x_ij)^2 之和 + (x_i,j+1 - x_ij)^2 之和
 *     abs       同上，用 |d| 代替 d^2
 *
 * x：图像的一个通道，h 行，每行 w 个像素，x_ij = x[i * w + j]。所有的差都要算：
 * 向下 (h - 1) w 个，向右 h (w - 1) 个。 */
#include "lessons/exercises/exercise.h"

double tv_squares(int h, int w, const real *x) {
    BLANK("返回所有差的平方和");
}

/* dx += 梯度：每个差牵动两个像素，分别是 2 d 和 -2 d。 */
void tv_squares_backward(int h, int w, const real *x, real *dx) {
    BLANK("对每个差 d，第二个像素的 dx 加 2 d，第一个像素的 dx 加 -2 d");
}

double tv_abs(int h, int w, const real *x) {
    BLANK("返回所有差的绝对值之和");
}

/* dx += 梯度：sign(d) 是 1 或 -1，d = 0 时是 0。 */
void tv_abs_backward(int h, int w, const real *x, real *dx) {
    BLANK("对每个差 d，第二个像素的 dx 加 sign(d)，第一个像素的 dx 加 -sign(d)");
}
