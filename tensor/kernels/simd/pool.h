/* The inner loops of pooling with stride 2, for gemm/pool.c: one row of windows, all of
 * them inside the image.
 *
 *     rows of x        x0 x1 | x2 x3 | x4 x5 ...     two vectors are split into
 *     column 0, 1      x0 x2 x4 ...   x1 x3 x5 ...   one lane a window
 *     column 2         x2 x4 x6 ...                  of the next window, when kernel is 3
 *
 * Every lane compares and adds in the order of the textbook, so the bits are the same. */
#ifndef TENSOR_KERNELS_SIMD_POOL_H
#define TENSOR_KERNELS_SIMD_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tensor/real.h"

typedef struct PoolCode {
    /* y[j] = largest of x[r w + 2 j + v], r < rows and v < kernel, and its position
     * r kernel + v, for j < count. Rows 1 to 3, kernel 2 or 3. */
    void (*largest)(const real *x, ptrdiff_t w, int rows, int kernel, ptrdiff_t count,
                    real *y, uint8_t *winner);

    /* y[j] = mean of the same. */
    void (*mean)(const real *x, ptrdiff_t w, int rows, int kernel, ptrdiff_t count,
                 real *y);

    /* Windows of 2x2: dx[r w + 2 j + v] = or += dy[j] where winner[j] is 2 r + v, and
     * where it is not = 0. */
    void (*scatter)(const real *dy, const uint8_t *winner, ptrdiff_t w, ptrdiff_t count,
                    real *dx, bool add);

    /* dx[r w + 2 j + v] = or += dy[j] / 4. */
    void (*spread)(const real *dy, ptrdiff_t w, ptrdiff_t count, real *dx, bool add);
} PoolCode;

#endif
