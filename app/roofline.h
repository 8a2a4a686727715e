/* What this machine can do, measured on the spot: no kernel computes faster than its
 * multiply-adds or moves more than its memory.
 *
 *     Roofline roof = roofline_measure(threads_count());
 *     double limit = flop / (roof.fma_all * 1e9);            seconds
 *
 * Takes under two seconds. Each rate is the best of several tries, for whatever else
 * runs on the machine can only take away. */
#ifndef APP_ROOFLINE_H
#define APP_ROOFLINE_H

typedef struct Roofline {
    int threads;                 /* of the `all` rates */
    double fma_one, fma_all;     /* GFLOP/s, a multiply-add counts as two */
    double triad_one, triad_all; /* GB/s of a = b + s c, in arrays larger than caches */
    const char *vector;          /* the registers used: "avx512f" */
} Roofline;

/* Allocates three arrays of 64 MiB, or of the last cache's size when that is more. */
Roofline roofline_measure(int threads);

#endif
