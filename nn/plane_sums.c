#include "nn/plane_sums.h"

#include "tensor/clones.h"

#define LANES 8

static double total(const double lanes[LANES]) {
    double sum = 0;
    for (int l = 0; l < LANES; l++)
        sum += lanes[l];
    return sum;
}

CLONES static double sum_of(size_t n, const real *x) {
    double lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t l = 0; l < LANES; l++)
            lanes[l] += (double)x[i + l];
    for (size_t l = 0; i + l < n; l++)
        lanes[l] += (double)x[i + l];
    return total(lanes);
}

CLONES static double products_of(size_t n, const real *a, double mean_a, const real *b) {
    double lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t l = 0; l < LANES; l++)
            lanes[l] += ((double)a[i + l] - mean_a) * (double)b[i + l];
    for (size_t l = 0; i + l < n; l++)
        lanes[l] += ((double)a[i + l] - mean_a) * (double)b[i + l];
    return total(lanes);
}

CLONES static double squares_of(size_t n, const real *a, double mean_a) {
    double lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t l = 0; l < LANES; l++) {
            const double d = (double)a[i + l] - mean_a;
            lanes[l] += d * d;
        }
    for (size_t l = 0; i + l < n; l++) {
        const double d = (double)a[i + l] - mean_a;
        lanes[l] += d * d;
    }
    return total(lanes);
}

/* Clones are not exported: those of two libraries in one program would be one. */

double plane_sum(size_t n, const real *x) {
    return sum_of(n, x);
}

double plane_products(size_t n, const real *a, double mean_a, const real *b) {
    return products_of(n, a, mean_a, b);
}

double plane_squares(size_t n, const real *a, double mean_a) {
    return squares_of(n, a, mean_a);
}
