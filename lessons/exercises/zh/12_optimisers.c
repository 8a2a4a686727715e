/* 练习 12：动量法的一步、Adam 的一步，以及 L-BFGS 的方向。
 *
 * x、g（x 处的梯度）、v、m 和 d 各有 n 个数。三个函数都只有几行；
 * optim/ 里的文件也有它们，外面还有线程和检查。 */
#include "lessons/exercises/exercise.h"

/* v = mu v + g,  x = x - lr v */
void momentum_step(int n, real lr, real mu, const real *g, real *v, real *x);

/* 第 t = 1, 2, ... 步；第一步之前 m 和 v 都是 0。
 *
 *     m = beta1 m + (1 - beta1) g            m' = m / (1 - beta1^t)
 *     v = beta2 v + (1 - beta2) g^2          v' = v / (1 - beta2^t)
 *     x = x - lr m' / (sqrt(v') + epsilon) */
typedef struct AdamSettings {
    real lr, beta1, beta2, epsilon;
} AdamSettings;
void adam_step(const AdamSettings *a, int t, int n, const real *g, real *m, real *v,
               real *x);

/* d = -H g，其中 H 只由 pairs 对向量给出：s 的第 i 行 s[i n] ... 是 x 在过去某一步的
 * 移动量，y 的第 i 行是 g 随之的变化量；第 0 行最旧。a 是工作空间，有 pairs 个数。
 *
 *     d = -g
 *     i 从最新到最旧：  a_i = (s_i . d) / (s_i . y_i),  d = d - a_i y_i
 *     d = h d           h = (s . y) / (y . y)，取最新的一对
 *     i 从最旧到最新：  b = (y_i . d) / (s_i . y_i),    d = d + (a_i - b) s_i
 *
 * 一对也没有时，d = -g。 */
void lbfgs_direction(int n, int pairs, const real *s, const real *y, const real *g,
                     real *a, real *d);

real dot(int n, const real *a, const real *b);

real dot(int n, const real *a, const real *b) {
    real sum = 0;
    for (int i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

void momentum_step(int n, real lr, real mu, const real *g, real *v, real *x) {
    BLANK("先更新 v，再用新的 v 更新 x");
}

void adam_step(const AdamSettings *a, int t, int n, const real *g, real *m, real *v,
               real *x) {
    BLANK("更新 m 和 v，修正两者从 0 开始造成的偏差，再移动 x");
}

void lbfgs_direction(int n, int pairs, const real *s, const real *y, const real *g,
                     real *a, real *d) {
    BLANK("对各对向量做两次循环，一去一回，中间乘以 h");
}
