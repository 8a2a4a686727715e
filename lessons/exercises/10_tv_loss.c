/* Exercise 10: total variation, of squares and of absolute values.
 *
 *     squares   sum of (x_i+1,j - x_ij)^2 + sum of (x_i,j+1 - x_ij)^2
 *     abs       the same with |d| instead of d^2
 *
 * x: one channel of an image, h rows of w pixels, x_ij = x[i * w + j]. All differences
 * count: (h - 1) w downwards and h (w - 1) to the right. */
#include "lessons/exercises/exercise.h"

double tv_squares(int h, int w, const real *x) {
    BLANK("return the sum of the squares of all differences");
}

/* dx += gradient: each difference pulls on two pixels, by 2 d and by -2 d. */
void tv_squares_backward(int h, int w, const real *x, real *dx) {
    BLANK("for each difference d add 2 d to the dx of its second pixel and -2 d to its "
          "first");
}

double tv_abs(int h, int w, const real *x) {
    BLANK("return the sum of the absolute values of all differences");
}

/* dx += gradient: by sign(d), which is 1, -1, or 0 where d = 0. */
void tv_abs_backward(int h, int w, const real *x, real *dx) {
    BLANK("for each difference d add sign(d) to the dx of its second pixel and -sign(d) "
          "to its first");
}
