/* Pooling moves numbers and computes next to nothing: the fast version is the readable
 * one on all threads, one plane of one picture at a time. */
#include "tensor/kernels_gemm.h"
#include "tensor/kernels_ref.h"

/* The sizes of one plane, and the places where plane number i begins. */
static PoolDims plane_dims(const PoolDims *d) {
    PoolDims plane = *d;
    plane.n = plane.c = 1;
    return plane;
}

static int pool_threads(const PoolDims *d) {
    return threads_for((double)d->n * d->c * d->oh * d->ow * d->kernel * d->kernel);
}

static ptrdiff_t in_start(const PoolDims *d, int i) {
    return (ptrdiff_t)i * d->h * d->w;
}

static ptrdiff_t out_start(const PoolDims *d, int i) {
    return (ptrdiff_t)i * d->oh * d->ow;
}

void fast_max_pool_forward(const PoolDims *d, const real *x, real *y, uint8_t *winner) {
    const PoolDims plane = plane_dims(d);
#pragma omp parallel for num_threads(pool_threads(d))
    for (int i = 0; i < d->n * d->c; i++)
        ref_max_pool_forward(&plane, x + in_start(d, i), y + out_start(d, i),
                             winner + out_start(d, i));
}

void fast_max_pool_backward(const PoolDims *d, const real *dy, const uint8_t *winner,
                            real *dx) {
    const PoolDims plane = plane_dims(d);
#pragma omp parallel for num_threads(pool_threads(d))
    for (int i = 0; i < d->n * d->c; i++)
        ref_max_pool_backward(&plane, dy + out_start(d, i), winner + out_start(d, i),
                              dx + in_start(d, i));
}

void fast_avg_pool_forward(const PoolDims *d, const real *x, real *y) {
    const PoolDims plane = plane_dims(d);
#pragma omp parallel for num_threads(pool_threads(d))
    for (int i = 0; i < d->n * d->c; i++)
        ref_avg_pool_forward(&plane, x + in_start(d, i), y + out_start(d, i));
}

void fast_avg_pool_backward(const PoolDims *d, const real *dy, real *dx) {
    const PoolDims plane = plane_dims(d);
#pragma omp parallel for num_threads(pool_threads(d))
    for (int i = 0; i < d->n * d->c; i++)
        ref_avg_pool_backward(&plane, dy + out_start(d, i), dx + in_start(d, i));
}
