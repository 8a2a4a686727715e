/* Exercise 05: the ways back through max and average pooling.
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
    BLANK("find the largest pixel of each window and add dp[i,j] to its dx");
}

void avg_pool_backward(int h, int w, const real *dp, real *dx) {
    BLANK("each pixel of a window gets its share of dp[i,j]");
}
