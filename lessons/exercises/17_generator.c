/* Exercise 17: instance norm and upsampling, and their gradients.
 *
 * x and z have a row of `positions` numbers for each channel of one image. Every channel
 * has a mean m and a deviation d of its own:
 *
 *     m = mean of x      d = sqrt(mean of (x - m)^2 + epsilon)      z = (x - m) / d
 *
 * m and d depend on all x of the channel, and so every dx depends on all dz of it.
 *
 * upsample makes four pixels of each: x is (h, w), y is (2 h, 2 w), and
 *
 *     y_ij = x_kl      with k = i / 2 and l = j / 2, rounded down
 *
 * Backward ADDS to dx. */
#include "lessons/exercises/exercise.h"

void instance_norm(int channels, int positions, double epsilon, const real *x, real *z);
void instance_norm_backward(int channels, int positions, double epsilon, const real *x,
                            const real *dz, real *dx);
void upsample(int h, int w, const real *x, real *y);
void upsample_backward(int h, int w, const real *dy, real *dx);

void instance_norm(int channels, int positions, double epsilon, const real *x, real *z) {
    BLANK("m, then d, then z, for one channel after the other");
}

void instance_norm_backward(int channels, int positions, double epsilon, const real *x,
                            const real *dz, real *dx) {
    BLANK("dz / d, without the parts of dz that m and d undo; added to dx");
}

void upsample(int h, int w, const real *x, real *y) {
    BLANK("every y is a copy of one x");
}

void upsample_backward(int h, int w, const real *dy, real *dx) {
    BLANK("every x is copied four times, so four dy are added to its dx");
}
