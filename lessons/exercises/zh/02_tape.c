/* 练习 02：沿磁带 (tape) 往回走一遍，即反向传播。
 *
 * 磁带有 n 行。第 i 行说明它是哪一种，用到前面的哪几行：
 *
 *     kind[i] = 'x'   叶子，不依赖别的行
 *     kind[i] = '+'   value[i] = value[a[i]] + value[b[i]]
 *     kind[i] = '*'   value[i] = value[a[i]] * value[b[i]]
 *     kind[i] = 'e'   value[i] = exp(value[a[i]])
 *
 * a[i] 和 b[i] 可以是同一行。各个 value 已经算好；要算的是 grad[i]，
 * 即最后一行对第 i 行的梯度。 */
#include "lessons/exercises/exercise.h"

void walk_back(int n, const char *kind, const int *a, const int *b, const real *value,
               real *grad);

/* 开始时 grad 是 n 个 0。 */
void walk_back(int n, const char *kind, const int *a, const int *b, const real *value,
               real *grad) {
    BLANK("把最后一行的梯度设为 1，然后从最后一行走到第一行，让每行把梯度传给它用到的行");
}
