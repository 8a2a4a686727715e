/* One bit for each output of a ReLU: all that its backward pass wants to know.
 *
 *     y = max(y, 0)                      relu_signs_forward
 *     dx = dy where the bit is 1, else 0 relu_signs_backward
 *
 * A byte holds a piece of two rows and four columns of a plane, which is half a tile of
 * Winograd's, so that convolutions can fill it as they go:
 *
 *     columns  0 1 2 3 | 4 5 6 7 | ...
 *     row 0    0 1 2 3 | 0 1 2 3        bit numbers; pieces hang over the right and the
 *     row 1    4 5 6 7 | 4 5 6 7        bottom edge
 *
 * A bit is 1 where y is positive, or NaN, which stays NaN. */
#ifndef TENSOR_KERNELS_RELU_SIGNS_H
#define TENSOR_KERNELS_RELU_SIGNS_H

#include <stddef.h>
#include <stdint.h>

#include "tensor/real.h"

/* Bytes in a row of pieces and rows of pieces, for a plane (h, w). */
static inline ptrdiff_t relu_signs_across(ptrdiff_t w) {
    return (w + 3) / 4;
}
static inline ptrdiff_t relu_signs_down(ptrdiff_t h) {
    return (h + 1) / 2;
}

/* Bytes for so many planes. */
size_t relu_signs_size(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w);

/* For y (planes, h, w), in place. */
void relu_signs_forward(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w, real *y,
                        uint8_t *signs);

/* dx (planes, h, w) from dy; both may be the same memory. */
void relu_signs_backward(ptrdiff_t planes, ptrdiff_t h, ptrdiff_t w, const uint8_t *signs,
                         const real *dy, real *dx);

#endif
