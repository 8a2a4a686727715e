/* Answer 18: any style from two moments.
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

static double mean_of(int n, const real *x) {
    double sum = 0;
    for (int k = 0; k < n; k++)
        sum += (double)x[k];
    return sum / n;
}

static double deviation_of(int n, const real *x, double m, double epsilon) {
    double sum = 0;
    for (int k = 0; k < n; k++)
        sum += ((double)x[k] - m) * ((double)x[k] - m);
    return sqrt(sum / n + epsilon);
}

void moments(int channels, int positions, double epsilon, const real *x, real *mean,
             real *deviation) {
    for (int c = 0; c < channels; c++) {
        const real *row = x + c * positions;
        const double m = mean_of(positions, row);
        mean[c] = (real)m;
        deviation[c] = (real)deviation_of(positions, row, m, epsilon);
    }
}

void moments_backward(int channels, int positions, double epsilon, const real *x,
                      const real *d_mean, const real *d_deviation, real *dx) {
    for (int c = 0; c < channels; c++) {
        const real *row = x + c * positions;
        const double m = mean_of(positions, row);
        const double d = deviation_of(positions, row, m, epsilon);
        for (int k = 0; k < positions; k++) {
            const double z = ((double)row[k] - m) / d;
            const double pull = (double)d_mean[c] + z * (double)d_deviation[c];
            dx[c * positions + k] += (real)(pull / positions);
        }
    }
}

void adain(int channels, int positions, double epsilon, double alpha, const real *x,
           const real *mean, const real *deviation, real *y) {
    for (int c = 0; c < channels; c++) {
        const real *row = x + c * positions;
        const double m = mean_of(positions, row);
        const double d = deviation_of(positions, row, m, epsilon);
        for (int k = 0; k < positions; k++) {
            const double z = ((double)row[k] - m) / d;
            const double styled = (double)deviation[c] * z + (double)mean[c];
            y[c * positions + k] = (real)((1 - alpha) * (double)row[k] + alpha * styled);
        }
    }
}

void adain_backward(int channels, int positions, double epsilon, double alpha,
                    const real *x, const real *deviation, const real *dy, real *dx) {
    for (int c = 0; c < channels; c++) {
        const real *row = x + c * positions;
        const real *pull = dy + c * positions;
        const double m = mean_of(positions, row);
        const double d = deviation_of(positions, row, m, epsilon);
        const double mean_pull = mean_of(positions, pull);
        double with_z = 0;
        for (int k = 0; k < positions; k++)
            with_z += ((double)row[k] - m) / d * (double)pull[k] / positions;
        for (int k = 0; k < positions; k++) {
            const double z = ((double)row[k] - m) / d;
            const double by_z = ((double)pull[k] - mean_pull - z * with_z) / d;
            const double styled = (double)deviation[c] * by_z;
            dx[c * positions + k] +=
                (real)((1 - alpha) * (double)pull[k] + alpha * styled);
        }
    }
}
