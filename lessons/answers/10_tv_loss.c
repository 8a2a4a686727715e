/* Exercise 10: total variation, of squares and of absolute values.
 *
 *     squares   sum of (x_i+1,j - x_ij)^2 + sum of (x_i,j+1 - x_ij)^2
 *     abs       the same with |d| instead of d^2
 *
 * x: one channel of an image, h rows of w pixels, x_ij = x[i * w + j]. All differences
 * count: (h - 1) w downwards and h (w - 1) to the right. */
#include "lessons/exercises/exercise.h"

double tv_squares(int h, int w, const real *x) {
    double sum = 0;
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++) {
            const real here = x[i * w + j];
            const real below = i + 1 < h ? x[(i + 1) * w + j] - here : 0;
            const real right = j + 1 < w ? x[i * w + j + 1] - here : 0;
            sum += (double)(below * below + right * right);
        }
    return sum;
}

/* dx += gradient: each difference pulls on two pixels, by 2 d and by -2 d. */
void tv_squares_backward(int h, int w, const real *x, real *dx) {
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++) {
            const int here = i * w + j;
            if (i + 1 < h) {
                const real d = x[here + w] - x[here];
                dx[here + w] += 2 * d;
                dx[here] -= 2 * d;
            }
            if (j + 1 < w) {
                const real d = x[here + 1] - x[here];
                dx[here + 1] += 2 * d;
                dx[here] -= 2 * d;
            }
        }
}

double tv_abs(int h, int w, const real *x) {
    double sum = 0;
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++) {
            const real here = x[i * w + j];
            const real below = i + 1 < h ? x[(i + 1) * w + j] - here : 0;
            const real right = j + 1 < w ? x[i * w + j + 1] - here : 0;
            sum += fabs((double)below) + fabs((double)right);
        }
    return sum;
}

/* dx += gradient: by sign(d), which is 1, -1, or 0 where d = 0. */
void tv_abs_backward(int h, int w, const real *x, real *dx) {
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++) {
            const int here = i * w + j;
            const int below = i + 1 < h ? here + w : here;
            const int right = j + 1 < w ? here + 1 : here;
            const real down = (real)((x[below] > x[here]) - (x[below] < x[here]));
            const real along = (real)((x[right] > x[here]) - (x[right] < x[here]));
            dx[below] += down;
            dx[right] += along;
            dx[here] -= down + along;
        }
}
