#include "lessons/check/moments.h"

#include <stdbool.h>
#include <stddef.h>

#include "lessons/check/slips.h"

const char *const moments_values[] = {"m", "d", NULL};
const char *const moments_back_values[] = {"m", "d", "z", NULL};

enum { EXCHANGED = MEASURES };

const char *const moments_whys[] = {
    MEASURE_WHYS, [EXCHANGED] = "mean and deviation are exchanged", NULL};

void moments_means(const void *context, int mistake, real *mean) {
    const NormImage *t = &((const AdainImage *)context)->of;
    for (int c = 0; c < t->channels; c++) {
        const NormMeasured s = norm_measure(t, mistake, c);
        mean[c] = (real)(mistake == EXCHANGED ? s.d : s.m);
    }
}

void moments_deviations(const void *context, int mistake, real *deviation) {
    const NormImage *t = &((const AdainImage *)context)->of;
    for (int c = 0; c < t->channels; c++) {
        const NormMeasured s = norm_measure(t, mistake, c);
        deviation[c] = (real)(mistake == EXCHANGED ? s.m : s.d);
    }
}

double moments_loss(const AdainImage *t) {
    double sum = 0;
    for (int c = 0; c < t->of.channels; c++) {
        const NormMeasured s = norm_measure(&t->of, RIGHT, c);
        sum += (double)t->d_mean[c] * s.m + (double)t->d_deviation[c] * s.d;
    }
    return sum;
}

enum {
    BACK_NOT_DIVIDED = MEASURES,
    BACK_TIMES_N,
    BACK_OVER_CHANNELS,
    BACK_ONLY_MEAN,
    BACK_ONLY_DEVIATION,
    BACK_MEAN_NOT_DIVIDED,
    BACK_DEVIATION_NOT_DIVIDED,
    BACK_NO_Z,
    BACK_X_FOR_Z,
    BACK_AWAY_FOR_Z,
    BACK_Z_TIMES_D,
    BACK_SUM_FOR_Z,
    BACK_OF_VARIANCE,
    BACK_SUBTRACTED,
    BACK_TURNED,
    BACK_Z_ADDED,
    BACK_Z_OVER,
    BACK_EXCHANGED,
    BACK_BOTH_Z,
    BACK_FIRST_CHANNEL,
    BACK_FIRST_OUT,
    BACK_ASSIGNED
};

const char *const moments_back_whys[] = {
    MEASURE_WHYS,
    [BACK_NOT_DIVIDED] = "1 / positions is missing: m and d are means",
    [BACK_TIMES_N] = "it is multiplied by positions: divide",
    [BACK_OVER_CHANNELS] = "it is divided by channels: by positions",
    [BACK_ONLY_MEAN] = "d_deviation is missing: every x changes d, too",
    [BACK_ONLY_DEVIATION] = "d_mean is missing: every x changes m, too",
    [BACK_MEAN_NOT_DIVIDED] = "d_mean is not divided by positions",
    [BACK_DEVIATION_NOT_DIVIDED] = "d_deviation is not divided by positions",
    [BACK_NO_Z] = "z is missing: d changes by z / positions",
    [BACK_X_FOR_Z] = "x stands where z belongs: z = (x - m) / d",
    [BACK_AWAY_FOR_Z] = "x - m stands where z belongs: z = (x - m) / d",
    [BACK_Z_TIMES_D] = "z is (x - m) / d, not (x - m) d",
    [BACK_SUM_FOR_Z] = "z is (x - m) / d, not (x + m) / d",
    [BACK_OF_VARIANCE] =
        "this is the derivative of d^2, 2 (x - m): of d it is (x - m) / d",
    [BACK_SUBTRACTED] = "the second term is taken off: both are added",
    [BACK_TURNED] = "the sign is turned",
    [BACK_Z_ADDED] = "z and d_deviation are added: multiply",
    [BACK_Z_OVER] = "z is divided by d_deviation: multiply",
    [BACK_EXCHANGED] = "d_mean and d_deviation are exchanged",
    [BACK_BOTH_Z] = "d_mean is multiplied by z, too: m changes by 1 / positions",
    [BACK_FIRST_CHANNEL] = "every channel has the gradients of the first: d_mean[c]",
    [BACK_FIRST_OUT] = "the first position is left out: k begins at 0",
    [BACK_ASSIGNED] = "missing +=: the right numbers, but what was there before is lost; "
                      "= stands where += belongs",
    NULL};

static double z_of(int mistake, double x, NormMeasured s) {
    switch (mistake) {
    case BACK_NO_Z:
        return 1;
    case BACK_X_FOR_Z:
        return x;
    case BACK_AWAY_FOR_Z:
        return x - s.m;
    case BACK_Z_TIMES_D:
        return (x - s.m) * s.d;
    case BACK_SUM_FOR_Z:
        return (x + s.m) / s.d;
    case BACK_OF_VARIANCE:
        return 2 * (x - s.m);
    default:
        return slip(mistake, VALUE_Z, (x - s.m) / s.d);
    }
}

/* The two terms of x_k of channel c, with their divisor n. */
static double sum_of_terms(const AdainImage *t, int mistake, int c, double z) {
    const int from = mistake == BACK_FIRST_CHANNEL ? 0 : c;
    const double n = t->of.positions;
    const double of_mean = (double)t->d_mean[from], of_d = (double)t->d_deviation[from];
    switch (mistake) {
    case BACK_NOT_DIVIDED:
        return of_mean + z * of_d;
    case BACK_TIMES_N:
        return (of_mean + z * of_d) * n;
    case BACK_OVER_CHANNELS:
        return (of_mean + z * of_d) / t->of.channels;
    case BACK_ONLY_MEAN:
        return of_mean / n;
    case BACK_ONLY_DEVIATION:
        return z * of_d / n;
    case BACK_MEAN_NOT_DIVIDED:
        return of_mean + z * of_d / n;
    case BACK_DEVIATION_NOT_DIVIDED:
        return of_mean / n + z * of_d;
    case BACK_SUBTRACTED:
        return (of_mean - z * of_d) / n;
    case BACK_TURNED:
        return -(of_mean + z * of_d) / n;
    case BACK_Z_ADDED:
        return (of_mean + z + of_d) / n;
    case BACK_Z_OVER:
        return (of_mean + z / of_d) / n;
    case BACK_EXCHANGED:
        return (of_d + z * of_mean) / n;
    case BACK_BOTH_Z:
        return z * (of_mean + of_d) / n;
    default:
        return (of_mean + z * of_d) / n;
    }
}

void moments_pulls(const void *context, int mistake, real *dx) {
    const AdainImage *t = context;
    for (int e = 0; e < t->of.channels * t->of.positions; e++) {
        const int c = e / t->of.positions, k = e % t->of.positions;
        const NormMeasured s = norm_measure(&t->of, mistake, c);
        const double z = z_of(mistake, (double)t->of.x[e], s);
        const bool left_out = mistake == BACK_FIRST_OUT && k == 0;
        dx[e] = left_out ? 0 : (real)sum_of_terms(t, mistake, c, z);
        if (mistake == BACK_ASSIGNED && t->of.before) dx[e] -= t->of.before[e];
    }
}
