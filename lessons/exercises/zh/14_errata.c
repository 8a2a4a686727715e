/* 练习 14：同一个损失在不同约定下的值。
 *
 * 某一层有 N 个通道、M 个位置，图像有 P 个像素，D = sum (G - A)^2，
 * 其中格拉姆矩阵没有除以任何数。各种程序把下面这些都叫作“风格损失”：
 *
 *     GATYS       D / (4 N^2 M^2)       论文，文档 000 和 003
 *     CS231N      格拉姆矩阵先除以 N M，再求 D
 *     MEAN        CS231N 的 N^2 个平方取平均，而不是求和
 *     IMAGE_SIZE  Gatys 的公式，N 换成 3，M 换成 P：Keras
 *
 * unit_of     满足 loss = u D 的数 u
 * value_in    用一种形式量出的损失，换成另一种形式是多少？
 * weight_in   为一种形式定的权重，换成另一种形式，取多少时梯度不变？
 *
 * 单位小，权重就要大：值和权重的换算方向相反。 */
#include "lessons/exercises/exercise.h"

enum { GATYS, CS231N, MEAN, IMAGE_SIZE };

double unit_of(int form, double n, double m, double p);
double value_in(double value, double unit_from, double unit_to);
double weight_in(double weight, double unit_from, double unit_to);

double unit_of(int form, double n, double m, double p) {
    BLANK("说出四种形式中 D 各乘以多少");
}

double value_in(double value, double unit_from, double unit_to) {
    BLANK("先求出 D，再用另一个单位来量");
}

double weight_in(double weight, double unit_from, double unit_to) {
    BLANK("权重乘以单位必须保持不变");
}
