/* Answer 05: the ways back through max and average pooling.
 *
 * x is one channel (h, w), dp its pooled one (h / 2, w / 2): windows of 2 x 2 that stand
 * side by side. With an odd h or w the last row or column is in no window.
 *
 *     p[i,j] = max of x[2i,2j], x[2i,2j+1], x[2i+1,2j], x[2i+1,2j+1]
 *     p[i,j] = (x[2i,2j] + x[2i,2j+1] + x[2i+1,2j] + x[2i+1,2j+1]) / 4
 *
 * Both ADD to dx (h, w). Of equal pixels the first in this order is the largest. */
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
                    dx[(2 * i + u) * w + 2 * j + v] += dp[i * (w / 2) + j] / 4;
}
