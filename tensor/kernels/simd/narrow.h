/* The inner loops of fast/narrow.h: sums of shifted lines, for several outputs at once.
 *
 *     w     (terms, outs)   w00 w01 w02 ... | w10 w11 w12 ...   one row for each term
 *     lines  +----------------------------------+   term k begins at offset[k]:
 *            |      [k]....................     |   a tap of the window, a channel
 *            +----------------------------------+
 *     out   (outs, count)   one vector of positions loaded, multiplied by `outs` weights
 *
 * A lane is a position, so no sum crosses lanes, and each sum adds its terms in order. */
#ifndef TENSOR_KERNELS_SIMD_NARROW_H
#define TENSOR_KERNELS_SIMD_NARROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tensor/real.h"

/* Sums are computed for whole tiles: this number of elements beyond `count` is read and
 * written, and must exist. */
#define NARROW_SLACK 128
#define NARROW_MAX_ROWS 8

/* Memory that is needed next and is prefetched while the processor multiplies: `planes`
 * ranges of `size` elements, `step` apart, evenly over the first `size` positions. */
typedef struct NarrowPrefetch {
    const real *from;
    ptrdiff_t planes, size, step;
    bool write; /* to be written, not read */
} NarrowPrefetch;

typedef struct NarrowCode {
    int rows; /* the most outputs at once for which there are registers: 4 or 8 */

    /* For m < outs, which is 1 to 4 or `rows`, and j < count:
     * out[m step + j] = start[m] + sum over k of w[k outs + m] lines[offset[k] + j]
     * and, if start is NULL, out[m step + j] += the sum, added at the end. */
    void (*sum)(int outs, ptrdiff_t terms, const real *w, const ptrdiff_t *offset,
                const real *lines, ptrdiff_t count, const real *start, real *out,
                ptrdiff_t step, const NarrowPrefetch *next);

    /* The ReLU of two rows of w elements, and their row of bits (relu_signs.h). If
     * y_bottom is NULL, there is only the top row. */
    void (*relu)(ptrdiff_t w, const real *top, const real *bottom, real *y_top,
                 real *y_bottom, uint8_t *signs);
} NarrowCode;

#endif
