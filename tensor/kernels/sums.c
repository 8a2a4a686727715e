#include "tensor/kernels/sums.h"

#include "tensor/kernels/simd/code.h"
#include "tensor/threads.h"

#define MAX_PARTS 64
#define MIN_PART 1024 /* elements; a shorter part is not worth its overhead */

typedef struct Parts {
    size_t n, count;
} Parts;

static Parts parts_of(size_t n) {
    size_t count = n / MIN_PART;
    return (Parts){n, count < 1 ? 1 : count > MAX_PARTS ? MAX_PARTS : count};
}

/* Where part p begins: at a multiple of the lanes, so that parts share no cache line if
 * the array is aligned to one. */
static size_t start(Parts parts, size_t p) {
    if (p == parts.count) return parts.n;
    return parts.n / SUM_LANES * p / parts.count * SUM_LANES;
}

static double total(Parts parts, const double *sum) {
    double all = 0;
    for (size_t p = 0; p < parts.count; p++)
        all += sum[p];
    return all;
}

typedef double PartSum(size_t n, const real *a, const real *b);

/* Short sums, of which there may be one for every row of an image, are not split. */
static double sum_parts(PartSum *part_sum, size_t n, const real *a, const real *b) {
    const Parts parts = parts_of(n);
    if (parts.count == 1) return part_sum(n, a, b);
    double sum[MAX_PARTS];
#pragma omp parallel for schedule(static) num_threads(threads_over(n))
    for (size_t p = 0; p < parts.count; p++) {
        size_t from = start(parts, p);
        sum[p] = part_sum(start(parts, p + 1) - from, a + from, b + from);
    }
    return total(parts, sum);
}

double sum_products(size_t n, const real *a, const real *b) {
    return sum_parts(simd_best()->sums->products, n, a, b);
}

double sum_squared_differences(size_t n, const real *a, const real *b) {
    return sum_parts(simd_best()->sums->squared_differences, n, a, b);
}

double sum_absolute_differences(size_t n, const real *a, const real *b) {
    return sum_parts(simd_best()->sums->absolute_differences, n, a, b);
}

double sum_products_after_add(size_t n, double scale, const real *x, real *y,
                              const real *z) {
    const Parts parts = parts_of(n);
    const SumCode *code = simd_best()->sums;
    double sum[MAX_PARTS];
#pragma omp parallel for schedule(static) num_threads(threads_over(n))
    for (size_t p = 0; p < parts.count; p++) {
        size_t from = start(parts, p);
        sum[p] = code->products_after_add(start(parts, p + 1) - from, (real)scale,
                                          x + from, y + from, z + from);
    }
    return total(parts, sum);
}
