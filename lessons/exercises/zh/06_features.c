/* 练习 06：一层能看多远，以及权重的归一化。
 *
 * 从图像往上数，第 i 层的卷积核边长是 kernel[i]，步幅是 stride[i]。
 * 一串这样的层看到图像上的一个方块；相邻像素相距 1，一个像素只看到它自己：
 *
 *     field += (kernel - 1) step，然后 step *= stride
 *
 * 卷积对每个输出通道 o 计算 max(0, sum_it w[o,i,t] x[i,t] + b[o])，
 * 它读 inputs 个通道 i，每个通道有 taps 个权重 t。现在输入的通道 i 已经除以 before[i]。
 * 请修改权重，使输出通道 o 除以 mean[o]，除此之外与原来相同。 */
#include "lessons/exercises/exercise.h"

int receptive_field(int layers, const int *kernel, const int *stride);
void normalise(int outputs, int inputs, int taps, const real *before, const real *mean,
               real *w, real *b);

/* 方块的边长，单位是像素。 */
int receptive_field(int layers, const int *kernel, const int *stride) {
    BLANK("感受野和步长都从 1 开始，逐层增大");
}

/* w 是 (outputs, inputs, taps)，b 是 (outputs)：两者都要改。 */
void normalise(int outputs, int inputs, int taps, const real *before, const real *mean,
               real *w, real *b) {
    BLANK("读通道 i 的权重乘以 before[i]，产生通道 o 的权重和偏置除以 mean[o]");
}
