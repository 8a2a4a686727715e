#include "optim/vector.h"

#include <string.h>
#include <tgmath.h>

#define LANES 8

/* Element i goes to lane i mod 8, and the lanes are added in order. */
static double part_dot(size_t n, const real *a, const real *b) {
    double lanes[LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t l = 0; l < LANES; l++)
            lanes[l] += (double)a[i + l] * (double)b[i + l];
    for (size_t l = 0; i + l < n; l++)
        lanes[l] += (double)a[i + l] * (double)b[i + l];
    for (size_t l = 0; l < LANES; l++)
        sum += lanes[l];
    return sum;
}

double vector_dot(size_t n, const real *a, const real *b) {
    double parts[VECTOR_PARTS], sum = 0;
#pragma omp parallel for schedule(static) if (n >= VECTOR_SMALL)
    for (size_t p = 0; p < VECTOR_PARTS; p++) {
        size_t from = n * p / VECTOR_PARTS, to = n * (p + 1) / VECTOR_PARTS;
        parts[p] = part_dot(to - from, a + from, b + from);
    }
    for (size_t p = 0; p < VECTOR_PARTS; p++)
        sum += parts[p];
    return sum;
}

double vector_sum_abs(size_t n, const real *a) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)fabs(a[i]);
    return sum;
}

/* A NaN is neither larger nor smaller than anything: it gets in by the second condition,
 * and nothing replaces it. */
static real part_max_abs(size_t n, const real *a) {
    real largest = 0;
    for (size_t i = 0; i < n; i++)
        if (fabs(a[i]) > largest || isnan(a[i])) largest = fabs(a[i]);
    return largest;
}

double vector_max_abs(size_t n, const real *a) {
    real parts[VECTOR_PARTS];
#pragma omp parallel for schedule(static) if (n >= VECTOR_SMALL)
    for (size_t p = 0; p < VECTOR_PARTS; p++) {
        size_t from = n * p / VECTOR_PARTS, to = n * (p + 1) / VECTOR_PARTS;
        parts[p] = part_max_abs(to - from, a + from);
    }
    return (double)part_max_abs(VECTOR_PARTS, parts);
}

void vector_scale(size_t n, double scale, const real *x, real *y) {
    real a = (real)scale;
#pragma omp parallel for schedule(static) if (n >= VECTOR_SMALL)
    for (size_t i = 0; i < n; i++)
        y[i] = a * x[i];
}

void vector_add(size_t n, double scale, const real *x, real *y) {
    real a = (real)scale;
#pragma omp parallel for schedule(static) if (n >= VECTOR_SMALL)
    for (size_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

void vector_subtract(size_t n, const real *a, const real *b, real *y) {
#pragma omp parallel for schedule(static) if (n >= VECTOR_SMALL)
    for (size_t i = 0; i < n; i++)
        y[i] = a[i] - b[i];
}

void vector_copy(size_t n, const real *x, real *y) {
    memcpy(y, x, n * sizeof *y);
}
