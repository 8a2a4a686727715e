/* The arithmetic of cutting a size into blocks. */
#ifndef TENSOR_KERNELS_BLOCKS_H
#define TENSOR_KERNELS_BLOCKS_H

#include <stddef.h>

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

#endif
