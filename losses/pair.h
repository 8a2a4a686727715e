/* A number as the sum of two reals, x = high + low: 48 bits in the float build, where one
 * float has 24. For sums of squares that are subtracted later: their difference may be
 * as small as the rounding error of float.
 *
 * The gradient of such a number is kept with its high part. */
#ifndef LOSSES_PAIR_H
#define LOSSES_PAIR_H

#include "tensor/real.h"

static inline double pair_value(const real *high, const real *low) {
    return (double)*high + (double)*low;
}

/* The pair of x + rest, where rest is no more than rounding of x. */
static inline void pair_store(real *high, real *low, double x, double rest) {
    *high = (real)x;
    *low = (real)((x - (double)*high) + rest);
}

#endif
