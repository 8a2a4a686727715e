#include "transfer/covariance.h"

#include <math.h>
#include <string.h>

Covariance covariance_of(Tensor x) {
    const size_t plane = (size_t)x.shape.h * (size_t)x.shape.w;
    const double n = (double)plane;
    Covariance v = {.mean = {0}};
    for (size_t c = 0; c < 3; c++)
        for (size_t i = 0; i < plane; i++)
            v.mean[c] += (double)x.data[c * plane + i] / n;
    for (size_t c = 0; c < 3; c++)
        for (size_t d = 0; d < 3; d++)
            for (size_t i = 0; i < plane; i++)
                v.c[c][d] += ((double)x.data[c * plane + i] - v.mean[c]) *
                             ((double)x.data[d * plane + i] - v.mean[d]) / n;
    return v;
}

/* Rotates the plane of axes p and q so that a[p][q] becomes 0, and the columns of v as
 * well. */
static void rotate(double a[3][3], double v[3][3], int p, int q) {
    if (a[p][q] == 0) return;
    const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    const double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    const double c = 1 / sqrt(t * t + 1), s = t * c;
    for (int k = 0; k < 3; k++) {
        const double x = a[k][p], y = a[k][q];
        a[k][p] = c * x - s * y;
        a[k][q] = s * x + c * y;
    }
    for (int k = 0; k < 3; k++) {
        const double x = a[p][k], y = a[q][k];
        a[p][k] = c * x - s * y;
        a[q][k] = s * x + c * y;
    }
    for (int k = 0; k < 3; k++) {
        const double x = v[k][p], y = v[k][q];
        v[k][p] = c * x - s * y;
        v[k][q] = s * x + c * y;
    }
}

static double raised(double eigenvalue, double exponent) {
    const double least = exponent < 0 ? COVARIANCE_LEAST : 0;
    return pow(eigenvalue > least ? eigenvalue : least, exponent);
}

void covariance_power(double c[3][3], double exponent, double out[3][3]) {
    enum { SWEEPS = 12 }; /* each squares the elements outside the diagonal */
    double a[3][3], v[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    memcpy(a, c, sizeof a);
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (int p = 0; p < 2; p++)
            for (int q = p + 1; q < 3; q++)
                rotate(a, v, p, q);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            out[i][j] = 0;
            for (int k = 0; k < 3; k++)
                out[i][j] += v[i][k] * raised(a[k][k], exponent) * v[j][k];
        }
}
