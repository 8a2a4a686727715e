/* Answer 17: instance norm and upsampling, and their gradients.
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

void instance_norm(int channels, int positions, double epsilon, const real *x, real *z) {
    for (int c = 0; c < channels; c++) {
        const real *row = x + c * positions;
        const double m = mean_of(positions, row);
        const double d = deviation_of(positions, row, m, epsilon);
        for (int k = 0; k < positions; k++)
            z[c * positions + k] = (real)(((double)row[k] - m) / d);
    }
}

void instance_norm_backward(int channels, int positions, double epsilon, const real *x,
                            const real *dz, real *dx) {
    for (int c = 0; c < channels; c++) {
        const real *row = x + c * positions;
        const real *pull = dz + c * positions;
        const double m = mean_of(positions, row);
        const double d = deviation_of(positions, row, m, epsilon);
        const double mean_pull = mean_of(positions, pull);
        double with_z = 0;
        for (int k = 0; k < positions; k++)
            with_z += ((double)row[k] - m) / d * (double)pull[k] / positions;
        for (int k = 0; k < positions; k++) {
            const double z = ((double)row[k] - m) / d;
            dx[c * positions + k] +=
                (real)(((double)pull[k] - mean_pull - z * with_z) / d);
        }
    }
}

void upsample(int h, int w, const real *x, real *y) {
    for (int i = 0; i < 2 * h; i++)
        for (int j = 0; j < 2 * w; j++)
            y[i * 2 * w + j] = x[i / 2 * w + j / 2];
}

void upsample_backward(int h, int w, const real *dy, real *dx) {
    for (int i = 0; i < 2 * h; i++)
        for (int j = 0; j < 2 * w; j++)
            dx[i / 2 * w + j / 2] += dy[i * 2 * w + j];
}
