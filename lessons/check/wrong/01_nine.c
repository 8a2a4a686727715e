/* expects: only the border is wrong */
#include "lessons/exercises/exercise.h"

void planes(int h, int w, const unsigned char *bytes, real *x);
void blur(int h, int w, const real *x, real *y);

void planes(int h, int w, const unsigned char *bytes, real *x) {
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < h; i++)
            for (int j = 0; j < w; j++)
                x[(c * h + i) * w + j] = (real)bytes[(i * w + j) * 3 + c] / 255;
}

void blur(int h, int w, const real *x, real *y) {
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++) {
            int count = 0;
            real sum = 0;
            for (int u = i - 1; u <= i + 1; u++)
                for (int v = j - 1; v <= j + 1; v++) {
                    if (u < 0 || u >= h || v < 0 || v >= w) continue;
                    sum += x[u * w + v];
                    count++;
                }
            y[i * w + j] = sum / 9;
        }
}
