#include "optim/vector.h"

#include <string.h>
#include <tgmath.h>

#include "tensor/kernels/sums.h"
#include "tensor/threads.h"

#define PARTS 64
#define LANES 16

double vector_dot(size_t n, const real *a, const real *b) {
    return sum_products(n, a, b);
}

double vector_add_dot(size_t n, double scale, const real *x, real *y, const real *z) {
    return sum_products_after_add(n, scale, x, y, z);
}

double vector_sum_abs(size_t n, const real *a) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)fabs(a[i]);
    return sum;
}

/* A NaN is neither larger nor smaller than anything, and nothing replaces it. */
static real larger(real a, real largest) {
    const bool stays = (a <= largest) | (largest != largest);
    return stays ? largest : a;
}

static real part_max_abs(size_t n, const real *a) {
    real lanes[LANES] = {0}, largest = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t l = 0; l < LANES; l++)
            lanes[l] = larger(fabs(a[i + l]), lanes[l]);
    for (; i < n; i++)
        largest = larger(fabs(a[i]), largest);
    for (size_t l = 0; l < LANES; l++)
        largest = larger(lanes[l], largest);
    return largest;
}

double vector_max_abs(size_t n, const real *a) {
    real parts[PARTS];
#pragma omp parallel for schedule(static) num_threads(threads_over(n))
    for (size_t p = 0; p < PARTS; p++) {
        size_t from = n * p / PARTS, to = n * (p + 1) / PARTS;
        parts[p] = part_max_abs(to - from, a + from);
    }
    return (double)part_max_abs(PARTS, parts);
}

void vector_scale(size_t n, double scale, const real *x, real *y) {
    real a = (real)scale;
#pragma omp parallel for schedule(static) num_threads(threads_over(n))
    for (size_t i = 0; i < n; i++)
        y[i] = a * x[i];
}

void vector_add(size_t n, double scale, const real *x, real *y) {
    real a = (real)scale;
#pragma omp parallel for schedule(static) num_threads(threads_over(n))
    for (size_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

void vector_subtract(size_t n, const real *a, const real *b, real *y) {
#pragma omp parallel for schedule(static) num_threads(threads_over(n))
    for (size_t i = 0; i < n; i++)
        y[i] = a[i] - b[i];
}

void vector_copy(size_t n, const real *x, real *y) {
    memcpy(y, x, n * sizeof *y);
}
