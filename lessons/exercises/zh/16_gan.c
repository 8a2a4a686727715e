/* 练习 16：两个玩家的损失，以及它们的梯度。
 *
 * s 是判别器在 sigmoid 之前的输出：D = 1 / (1 + e^-s)。real_s (n) 属于真图像，
 * fake_s (n) 属于生成的图像。
 *
 *     L_D  = -log D(real) 的平均 + -log(1 - D(fake)) 的平均         = -V
 *     L_G0 = log(1 - D(fake)) 的平均        文档 004 的写法
 *     L_G  = -log D(fake) 的平均            实际使用的写法
 *
 * s 可以是 1000 或 -1000：损失和梯度都不能溢出。反向把对 s 的梯度加上去 (+=)。 */
#include "lessons/exercises/exercise.h"

double d_loss(int n, const real *real_s, const real *fake_s);
void d_loss_backward(int n, const real *real_s, const real *fake_s, real *d_real,
                     real *d_fake);
double g_loss_written(int n, const real *fake_s);
void g_loss_written_backward(int n, const real *fake_s, real *d_fake);
double g_loss_used(int n, const real *fake_s);
void g_loss_used_backward(int n, const real *fake_s, real *d_fake);

double d_loss(int n, const real *real_s, const real *fake_s) {
    BLANK("两个平均值；-log D 是 log(1 + e^-s)，不能溢出");
}

void d_loss_backward(int n, const real *real_s, const real *fake_s, real *d_real,
                     real *d_fake) {
    BLANK("每个平均值对它自己的 s 的梯度；加上去");
}

double g_loss_written(int n, const real *fake_s) {
    BLANK("log(1 - D) 的平均");
}

void g_loss_written_backward(int n, const real *fake_s, real *d_fake) {
    BLANK("它的梯度，D 很小时趋于 0");
}

double g_loss_used(int n, const real *fake_s) {
    BLANK("-log D 的平均");
}

void g_loss_used_backward(int n, const real *fake_s, real *d_fake) {
    BLANK("它的梯度，D 很小时不会趋于 0");
}
