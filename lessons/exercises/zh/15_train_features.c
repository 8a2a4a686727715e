/* 练习 15：softmax 与交叉熵、它的梯度，以及学习率调度。
 *
 * z 是 (n, classes)，label 是 (n)；softmax 对一幅图像的各个类别来算：
 *
 *     p[i,k] = e^z[i,k] / 对 j 求和 e^z[i,j]           L = -log p[i,label] 对 i 的平均
 *     dz[i,k] += (p[i,k] - (k = label[i] 时为 1，否则为 0)) / n
 *
 * 先从每幅图像的指数里减去最大的 z，这样就不会溢出。p 可能小到无法表示，但 L 仍然有限。
 * 学习率沿半个余弦变化，从第 0 步的 rate 降到最后一步（第 steps - 1 步）的 0：
 *
 *     rate (1 + cos(pi step / (steps - 1))) / 2 */
#include "lessons/exercises/exercise.h"

double cross_entropy(int n, int classes, const real *z, const int *label);
void cross_entropy_backward(int n, int classes, const real *z, const int *label,
                            real *dz);
double cosine_rate(double rate, int step, int steps);

double cross_entropy(int n, int classes, const real *z, const int *label) {
    BLANK("e^z 之和的对数，减去标签的 z；再对各幅图像取平均");
}

void cross_entropy_backward(int n, int classes, const real *z, const int *label,
                            real *dz) {
    BLANK("softmax 的值减去真实值，除以 n；加到 dz 上");
}

double cosine_rate(double rate, int step, int steps) {
    BLANK("半个余弦，从 rate 降到 0");
}
