/* 练习 03：梯度检验。
 *
 *     numeric_gradient    g_i = (L(x + h e_i) - L(x - h e_i)) / 2h
 *     relative_error      |a - b| / max(|a|, |b|)，两者都是 0 时为 0
 *
 * 其中 e_i 在第 i 个位置是 1，其余是 0。loss(context) 由 x 里的数算出 L：
 * 挪动其中一个数，调用它，再把这个数恢复原样。 */
#include "lessons/exercises/exercise.h"

double relative_error(double a, double b);
void numeric_gradient(size_t n, real *x, double (*loss)(void *context), void *context,
                      double h, real *gradient);

double relative_error(double a, double b) {
    BLANK("a 与 b 之差，除以两者绝对值中较大的一个");
}

/* 对所有 i < n 求 gradient[i]；结束后 x 与原来相同。 */
void numeric_gradient(size_t n, real *x, double (*loss)(void *context), void *context,
                      double h, real *gradient) {
    BLANK("对 x 里的每个数，求损失的中心差分");
}
