#include "tensor/kernels/channel_sum.h"

#include "tensor/threads.h"

#define LANES 16
#define STRETCH 1024 /* numbers that are added before the sum goes on in double */

/* Number i goes to lane i mod 16, and the lanes are added in order. */
static double stretch_sum(size_t size, const real *x) {
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
            for (size_t j = 0; j < plane; j += STRETCH)
                all += stretch_sum(plane - j < STRETCH ? plane - j : STRETCH, from + j);
        }
        sum[k] += (real)all;
    }
}
