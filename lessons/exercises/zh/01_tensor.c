/* 练习 01：从文件的字节到张量，以及一次模糊。
 *
 * planes：文件里一个像素接一个像素，r g b r g b ...，每个是 0 到 255 的字节，按行排列。
 * 张量 (1,3,h,w) 里一个平面接一个平面，是 0 到 1 的数：
 *
 *     x[(c h + i) w + j]  =  像素 (i, j) 的第 c 个字节，除以 255
 *
 * blur：一个 h 行 w 列的平面。y[i][j] 是 x 中 (i, j) 周围 3 x 3 个数的平均值，
 * 只算位于平面之内的：角上 4 个，边上 6 个。 */
#include "lessons/exercises/exercise.h"

void planes(int h, int w, const unsigned char *bytes, real *x);
void blur(int h, int w, const real *x, real *y);

void planes(int h, int w, const unsigned char *bytes, real *x) {
    BLANK("对每个通道 c、每行 i、每列 j，把字节放到 x 里它的位置");
}

void blur(int h, int w, const real *x, real *y) {
    BLANK("对每行 i、每列 j，求它自己和各个邻居的平均值");
}
