/* expects: outside an array */
#include "lessons/exercises/exercise.h"

void max_pool_backward(int h, int w, const real *x, const real *dp, real *dx);
void avg_pool_backward(int h, int w, const real *dp, real *dx);

void max_pool_backward(int h, int w, const real *x, const real *dp, real *dx) {
    for (int i = 0; i < h / 2; i++)
        for (int j = 0; j < w / 2; j++) {
            int best = 2 * i * w + 2 * j;
            for (int u = 0; u < 2; u++)
                for (int v = 0; v < 2; v++) {
                    const int at = (2 * i + u) * w + 2 * j + v;
                    if (x[at] > x[best]) best = at;
                }
            dx[best] += dp[i * (w / 2) + j];
        }
}

void avg_pool_backward(int h, int w, const real *dp, real *dx) {
    for (int i = 0; i < h / 2; i++)
        for (int j = 0; j < w / 2; j++)
            for (int u = 0; u < 2; u++)
                for (int v = 0; v < 2; v++)
                    dx[(2 * i + u) * w + 2 * j + v] += dp[i * w + j] / 4;
}
