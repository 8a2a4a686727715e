/* Exercise 18: any style from two moments.
 *
 * x and y have a row of `positions` numbers for each channel of one image. Every channel
 * of x has a mean m and a deviation d:
 *
 *     m = mean of x      d = sqrt(mean of (x - m)^2 + epsilon)
 *
 * `mean` and `deviation` have one number for each channel: those of x in moments(), those
 * of a painting in adain(), which gives them to x, as much as alpha says:
 *
 *     y = (1 - alpha) x + alpha (deviation (x - m) / d + mean)
 *
 * In moments_backward d_mean and d_deviation are the gradients by the two results of
 * moments(). Backward ADDS to dx. */
#include "lessons/exercises/exercise.h"

void moments(int channels, int positions, double epsilon, const real *x, real *mean,
             real *deviation);
void moments_backward(int channels, int positions, double epsilon, const real *x,
                      const real *d_mean, const real *d_deviation, real *dx);
void adain(int channels, int positions, double epsilon, double alpha, const real *x,
           const real *mean, const real *deviation, real *y);
void adain_backward(int channels, int positions, double epsilon, double alpha,
                    const real *x, const real *deviation, const real *dy, real *dx);

void moments(int channels, int positions, double epsilon, const real *x, real *mean,
             real *deviation) {
    BLANK("m and d of every channel of x");
}

void moments_backward(int channels, int positions, double epsilon, const real *x,
                      const real *d_mean, const real *d_deviation, real *dx) {
    BLANK("every x changes m and d of its channel: two terms, added to dx");
}

void adain(int channels, int positions, double epsilon, double alpha, const real *x,
           const real *mean, const real *deviation, real *y) {
    BLANK("x with the mean and the deviation of the painting, blended with x");
}

void adain_backward(int channels, int positions, double epsilon, double alpha,
                    const real *x, const real *deviation, const real *dy, real *dx) {
    BLANK("the gradient by x of both parts of the blend, added to dx");
}
