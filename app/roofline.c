#include "app/roofline.h"

#include <stddef.h>
#include <unistd.h>

#include "tensor/arena.h"
#include "tensor/clock.h"
#include "tensor/kernels/simd/peak.h"
#include "tensor/real.h"

#define FMA_TURNS 1000000L /* about 2 ms */
#define FMA_TRIES 12
#define TRIAD_TRIES 4
#define TRIAD_LEAST ((size_t)64 << 20) /* bytes of one array */

static double larger(double a, double b) {
    return a > b ? a : b;
}

/* GFLOP/s. */
static double measure_fma(int threads) {
    double best = 0;
    for (int i = 0; i < FMA_TRIES; i++) {
        double flop = 0, start = seconds_now();
#pragma omp parallel for num_threads(threads) schedule(static, 1) reduction(+ : flop)
        for (int t = 0; t < threads; t++)
            flop += fma_run(FMA_TURNS);
        best = larger(best, flop / (seconds_now() - start) * 1e-9);
    }
    return best;
}

static size_t triad_bytes(void) {
#ifdef _SC_LEVEL3_CACHE_SIZE
    long cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
    if (cache > (long)TRIAD_LEAST) return (size_t)cache;
#endif
    return TRIAD_LEAST;
}

/* GB/s, counting the three arrays once each, as STREAM does. */
static double measure_triad(int threads, ptrdiff_t n, real *a, const real *b,
                            const real *c) {
    double best = 0;
    for (int i = 0; i < TRIAD_TRIES; i++) {
        double start = seconds_now();
#pragma omp parallel for num_threads(threads) schedule(static)
        for (ptrdiff_t k = 0; k < n; k++)
            a[k] = b[k] + (real)0.5 * c[k];
        double bytes = 3.0 * (double)n * (double)sizeof(real);
        best = larger(best, bytes / (seconds_now() - start) * 1e-9);
    }
    return best;
}

Roofline roofline_measure(int threads) {
    Roofline roof = {.threads = threads, .vector = fma_vector()};
    roof.fma_one = measure_fma(1);
    roof.fma_all = threads == 1 ? roof.fma_one : measure_fma(threads);
    size_t n = triad_bytes() / sizeof(real);
    Arena *arena = arena_new();
    real *a = ARENA_NEW(arena, real, n), *b = ARENA_NEW(arena, real, n),
         *c = ARENA_NEW(arena, real, n);
    for (size_t i = 0; i < n; i++)
        a[i] = b[i] = c[i] = 1; /* every page is really there */
    roof.triad_one = measure_triad(1, (ptrdiff_t)n, a, b, c);
    roof.triad_all =
        threads == 1 ? roof.triad_one : measure_triad(threads, (ptrdiff_t)n, a, b, c);
    arena_free(arena);
    return roof;
}
