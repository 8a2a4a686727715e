/* Numbers in 16 bits: IEEE half precision (1 sign, 5 exponent and 10 fraction bits) times a
 * power of two that the numbers share, so that the largest is never too large. For values
 * that are only read once more, as the features that backward reads (--store half):
 *
 *     Halves h = halves_narrow(n, x);          in place: x holds them from now on
 *     halves_widen(h, start, count, out);      out[i] is about x[start + i]
 *
 * With u = HALVES_ROUNDING and t = HALVES_TINY, each number x becomes x' with
 *
 *     |x' - x| <= max(u |x|, t max |x|)
 *
 * The arithmetic is that of 32-bit integers, which every processor has in its vectors, so
 * all of them give the same bits. */
#ifndef TENSOR_HALVES_H
#define TENSOR_HALVES_H

#include <stddef.h>
#include <stdint.h>

#include "tensor/real.h"

/* u: half a unit of 11 significant bits. */
#define HALVES_ROUNDING 0x1p-11
/* t: a number of less than that part of the largest may become 0. */
#define HALVES_TINY 0x1p-28

/* Numbers that are stored so. */
typedef struct Halves {
    const uint16_t *bits; /* NULL: there are none */
    real unit; /* each number is unit times the half; NaN if one was not finite */
} Halves;

/* Rounds n numbers to halves, which take the first 2 n bytes of x. The bits do not depend on
 * the number of threads. If a number is not finite, all that is widened is NaN. */
Halves halves_narrow(size_t n, real *x);

/* `count` numbers from number `start` on. */
void halves_widen(Halves halves, size_t start, size_t count, real *out);

#endif
