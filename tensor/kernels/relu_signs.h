/* One bit for each output of a ReLU: all that its backward pass reads.
 *
 *     y = max(x, 0)                         relu_signs_forward
 *     dx = dy where the bit is 1, else 0    relu_signs_backward
 *
 * A byte holds the bits of two rows and four columns of a plane. That is half a tile of
 * Winograd's, so that convolutions can write whole bytes:
 *
 *     columns  0 1 2 3 | 4 5 6 7 | ...
 *     row 0    0 1 2 3 | 0 1 2 3        bit numbers; bytes may reach beyond the right
 *     row 1    4 5 6 7 | 4 5 6 7        and the bottom edge
 *
 * A bit is 1 where y is positive, or NaN, which stays NaN. */
#ifndef TENSOR_KERNELS_RELU_SIGNS_H
#define TENSOR_KERNELS_RELU_SIGNS_H

#include <stddef.h>
#include <stdint.h>

#include "tensor/real.h"

/* Bytes in a row, and rows of bytes, for a plane (h, w). */
static inline ptrdiff_t relu_signs_across(ptrdiff_t w) {
    return (w + 3) / 4;
}
static inline ptrdiff_t relu_signs_down(ptrdiff_t h) {
    return (h + 1) / 2;
}

/* Bytes for this number of planes. */
size_t relu_signs_size(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w);

/* y (planes, h, w) from x; both may be the same memory. */
void relu_signs_forward(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w, const real *x,
                        real *y, uint8_t *signs);

/* dx (planes, h, w) from dy; both may be the same memory. */
void relu_signs_backward(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w, const uint8_t *signs,
                         const real *dy, real *dx);

/* The same layout for n elements of any shape, read as a plane of long rows and a last
 * row with the rest. Backward adds to dx; where dx and dy are the same memory it writes
 * 0 + its result, because 0 + -0 is 0. */
size_t relu_signs_flat_size(size_t n);
void relu_signs_flat_forward(size_t n, const real *x, real *y, uint8_t *signs);
void relu_signs_flat_add(size_t n, const uint8_t *signs, const real *dy, real *dx);

#endif
