/* The arithmetic of cutting a size into blocks and sharing them out over threads. */
#ifndef TENSOR_KERNELS_BLOCKS_H
#define TENSOR_KERNELS_BLOCKS_H

#include <stddef.h>

#ifdef _OPENMP
#include <omp.h>
#endif

static inline ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) {
    return a < b ? a : b;
}

static inline ptrdiff_t larger(ptrdiff_t a, ptrdiff_t b) {
    return a > b ? a : b;
}

/* a / b rounded up, and a rounded up to whole units; a >= 0. */
static inline ptrdiff_t divide_up(ptrdiff_t a, ptrdiff_t b) {
    return (a + b - 1) / b;
}
static inline ptrdiff_t round_up(ptrdiff_t a, ptrdiff_t unit) {
    return divide_up(a, unit) * unit;
}

/* Of the thread that asks, from 0; 0 in a build without OpenMP. */
static inline int thread_number(void) {
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

#endif
