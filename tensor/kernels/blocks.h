/* The arithmetic of cutting a size into blocks. */
#ifndef TENSOR_KERNELS_BLOCKS_H
#define TENSOR_KERNELS_BLOCKS_H

#include <stddef.h>

static inline ptrdiff_t min_of(ptrdiff_t a, ptrdiff_t b) {
    return a < b ? a : b;
}

static inline ptrdiff_t max_of(ptrdiff_t a, ptrdiff_t b) {
    return a > b ? a : b;
}

/* a / b rounded up, and a rounded up to a multiple of the unit; a >= 0. */
static inline ptrdiff_t ceil_div(ptrdiff_t a, ptrdiff_t b) {
    return (a + b - 1) / b;
}
static inline ptrdiff_t ceil_to(ptrdiff_t a, ptrdiff_t unit) {
    return ceil_div(a, unit) * unit;
}

#endif
