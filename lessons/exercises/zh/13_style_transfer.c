/* 练习 13：把照片变成画的循环。
 *
 * 损失的一项是一个函数，它返回 L(x)，并用 dL/dx 覆盖 gradient (=)；
 * x 和 gradient 各有 n 个数。一次迁移有若干项，各有权重：
 *
 *     J = weights[0] L_0 + weights[1] L_1 + ...      例如内容、风格和全变分
 *
 * 它用固定的步数 x = x - rate dJ/dx 使 J 下降，与文档 002 的程序使用 Adam 的方式相同：
 * 从第 drop_step 步起（步数从 0 数起），学习率降为 drop_rate；在前 clamp_steps 步的每一步
 * 之前，超出 [low, high] 的 x 都改为它超出的那个边界。 */
#include "lessons/exercises/exercise.h"

typedef double Term(void *context, int n, const real *x, real *gradient);

typedef struct Transfer {
    int n, count; /* x 里数的个数；项数 */
    Term *const *terms;
    const double *weights;
    void *context; /* 传给每一项 */
    int steps, drop_step, clamp_steps;
    double rate, drop_rate, low, high;
} Transfer;

double total_loss(const Transfer *t, const real *x, real *scratch, real *gradient);
void transfer(const Transfer *t, real *x, real *scratch, real *gradient);

/* 返回 J，并用 dJ/dx 覆盖 gradient。scratch 有 n 个数的空间。 */
double total_loss(const Transfer *t, const real *x, real *scratch, real *gradient) {
    BLANK("把每一项的权重乘损失、权重乘梯度分别加起来");
}

/* 所有的步。每一步：限幅，求当前 x 处的梯度，取这一步的学习率，移动 x。 */
void transfer(const Transfer *t, real *x, real *scratch, real *gradient) {
    BLANK("每一步：靠前的步先限幅，然后 total_loss，学习率，x -= ...");
}
