#include "tensor/kernels/channel_sum.h"

#include "tensor/threads.h"

#define LANES 16
#define PART 1024 /* elements that are added in `real`; these sums are added in double */

/* Element i goes to lane i mod 16, and the lanes are added in order. */
static double part_sum(size_t size, const real *x) {
    real lanes[LANES] = {0};
    double sum = 0;
    size_t i = 0;
    for (; i + LANES <= size; i += LANES)
        for (size_t l = 0; l < LANES; l++)
            lanes[l] += x[i + l];
    for (size_t l = 0; i + l < size; l++)
        lanes[l] += x[i + l];
    for (size_t l = 0; l < LANES; l++)
        sum += (double)lanes[l];
    return sum;
}

void channel_sum(int n, int c, size_t plane, const real *x, real *sum) {
    const int threads = threads_for((double)n * c * (double)plane);
#pragma omp parallel for schedule(static) num_threads(threads)
    for (int k = 0; k < c; k++) {
        double all = 0;
        for (int i = 0; i < n; i++) {
            const real *from = x + ((size_t)i * (size_t)c + (size_t)k) * plane;
            for (size_t j = 0; j < plane; j += PART)
                all += part_sum(plane - j < PART ? plane - j : PART, from + j);
        }
        sum[k] += (real)all;
    }
}
