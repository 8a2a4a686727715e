/* The inner loops of fast/narrow.h: sums of shifted lines, for several results at once.
 *
 *     w     (terms, outs)   w00 w01 w02 ... | w10 w11 w12 ...   one row for each term
 *     lines  +----------------------------------+   term k reads them from offset[k] on:
 *            |      [k]....................     |   a tap of the window, a channel
 *            +----------------------------------+
 *     out   (outs, count)   one vector of places loaded, multiplied by `outs` weights
 *
 * A lane is a place, so no sum crosses lanes, and each sum takes its terms in order. */
#ifndef TENSOR_KERNELS_SIMD_NARROW_H
#define TENSOR_KERNELS_SIMD_NARROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tensor/real.h"

/* Sums are made for whole tiles: of what is read and written, so many numbers beyond
 * `count` may hold anything, but must exist. */
#define NARROW_SLACK 128
#define NARROW_MOST_ROWS 8

/* Memory that is wanted next, called for while the processor multiplies: `planes` pieces
 * of `size` numbers, `step` apart, evenly over the first `size` places of a sum. */
typedef struct NarrowAhead {
    const real *from;
    ptrdiff_t planes, size, step;
    bool write; /* to be written, not read */
} NarrowAhead;

typedef struct NarrowCode {
    int rows; /* results at once that suit the registers when there are many: 4 or 8 */

    /* For m < outs, which is 1 to 4 or `rows`, and j < count:
     * out[m step + j] = start[m] + sum over k of w[k outs + m] lines[offset[k] + j]
     * and, when start is NULL, the same with what out holds, added at the end. */
    void (*sum)(int outs, ptrdiff_t terms, const real *w, const ptrdiff_t *offset,
                const real *lines, ptrdiff_t count, const real *start, real *out,
                ptrdiff_t step, const NarrowAhead *ahead);

    /* Two rows of w numbers through a ReLU, and their row of bits (relu_signs.h). No
     * bottom row where y_bottom is NULL. */
    void (*relu)(ptrdiff_t w, const real *top, const real *bottom, real *y_top,
                 real *y_bottom, uint8_t *signs);
} NarrowCode;

#endif
