/* The mean and the deviation of a channel, right and with each mistake, for exercises 17
 * and 18. */
#ifndef LESSONS_CHECK_NORM_PARTS_H
#define LESSONS_CHECK_NORM_PARTS_H

#include "tensor/real.h"

typedef struct NormImage {
    int channels, positions;
    double epsilon;
    const real *x, *dz, *before; /* before: in dx */
} NormImage;

/* The values of slips.h. */
enum { VALUE_M, VALUE_D, VALUE_Z, VALUE_MEAN_DZ, VALUE_MEAN_Z_DZ };

/* Mistakes that both functions can have. */
enum {
    RIGHT,
    M_IS_SUM,
    M_FIRST_OUT,
    M_LAST_OUT,
    M_LAST_ONLY,
    M_FROM_1,
    M_TIMES_N,
    M_ZERO,
    SQUARES_NOT_DIVIDED,
    SQUARES_TIMES_N,
    SQUARES_FIRST_OUT,
    SQUARES_LAST_OUT,
    SQUARES_LAST_ONLY,
    SQUARES_FROM_1,
    SQUARES_OF_X,
    SQUARES_OF_SUMS,
    BY_LESS,
    NOT_SQUARED,
    RATIO,
    FIRST_POWER,
    VARIANCE,
    EPSILON_OUTSIDE,
    EPSILON_MISSING,
    EPSILON_OFF,
    EPSILON_TIMES,
    EPSILON_OVER,
    EPSILON_SUMMED,
    ALL_CHANNELS,
    FIRST_CHANNEL,
    M_OF_FIRST,
    D_OF_FIRST,
    MEASURES
};

#define MEASURE_WHYS                                                                     \
    [RIGHT] = "", [M_IS_SUM] = "m is the sum of x: divide it by positions",              \
    [M_FIRST_OUT] = "m leaves out the first x: k begins at 0",                           \
    [M_LAST_OUT] = "m leaves out the last x: k < positions",                             \
    [M_LAST_ONLY] = "m holds the last x only: += is missing in its sum",                 \
    [M_FROM_1] = "the sum for m begins at 0",                                            \
    [M_TIMES_N] = "m is multiplied by positions: divide",                                \
    [M_ZERO] = "m is 0 where d is computed, and where x - m is",                         \
    [SQUARES_NOT_DIVIDED] = "d is the root of a sum: of the mean of (x - m)^2",          \
    [SQUARES_TIMES_N] =                                                                  \
        "the squares are multiplied by positions: the mean is divided by them",          \
    [SQUARES_FIRST_OUT] = "d leaves out the first x: k begins at 0",                     \
    [SQUARES_LAST_OUT] = "d leaves out the last x: k < positions",                       \
    [SQUARES_LAST_ONLY] = "d knows the last x only: += is missing in its sum",           \
    [SQUARES_FROM_1] = "the sum of squares begins at 0",                                 \
    [SQUARES_OF_X] = "d is the root of the mean of x^2: of (x - m)^2",                   \
    [SQUARES_OF_SUMS] = "d is the root of the mean of (x + m)^2: of (x - m)^2",          \
    [BY_LESS] = "the squares are divided by positions - 1: by positions",                \
    [NOT_SQUARED] = "d is made of |x - m|: of its squares",                              \
    [RATIO] = "x - m is divided by x - m: multiply it with itself",                      \
    [FIRST_POWER] = "x - m is added up without its square",                              \
    [VARIANCE] = "d is the variance: take its root",                                     \
    [EPSILON_OUTSIDE] = "epsilon is added to the root: it stands under it",              \
    [EPSILON_MISSING] = "epsilon is missing under the root",                             \
    [EPSILON_OFF] = "epsilon is taken off: add it",                                      \
    [EPSILON_TIMES] = "the variance is multiplied by epsilon: add it",                   \
    [EPSILON_OVER] = "the variance is divided by epsilon: add it",                       \
    [EPSILON_SUMMED] = "epsilon is divided by positions, too: add it to the mean",       \
    [ALL_CHANNELS] = "one m and one d for all channels: each channel has its own",       \
    [FIRST_CHANNEL] = "all channels have m and d of the first one",                      \
    [M_OF_FIRST] = "all channels have m of the first one",                               \
    [D_OF_FIRST] = "all channels have d of the first one"

typedef struct NormMeasured {
    double m, d;
} NormMeasured;

/* m and d of channel c; and the mean of n numbers. */
NormMeasured norm_measure(const NormImage *t, int mistake, int c);
double norm_m(int mistake, int n, const real *x);

#endif
