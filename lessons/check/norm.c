#include "lessons/check/norm.h"

#include <stddef.h>

#include "lessons/check/slips.h"

const char *const norm_values[] = {"m", "d", "z", NULL};

enum {
    NOT_CENTRED = MEASURES,
    NOT_DIVIDED,
    MULTIPLIED,
    TURNED,
    M_ADDED,
    ONLY_X_DIVIDED,
    ONLY_M_DIVIDED,
    FIRST_X
};

const char *const norm_whys[] = {
    MEASURE_WHYS,
    [NOT_CENTRED] = "m is not taken off: (x - m) / d",
    [NOT_DIVIDED] = "x - m is not divided by d",
    [MULTIPLIED] = "x - m is multiplied by d: divide",
    [TURNED] = "the sign is turned: x - m",
    [M_ADDED] = "m is added: x - m",
    [ONLY_X_DIVIDED] = "only x is divided by d: (x - m) / d",
    [ONLY_M_DIVIDED] = "only m is divided by d: (x - m) / d",
    [FIRST_X] = "every row is read from the first channel: x[c * positions + k]",
    NULL};

static double z_of(int mistake, double x, NormMeasured s) {
    switch (mistake) {
    case NOT_CENTRED:
        return x / s.d;
    case NOT_DIVIDED:
        return x - s.m;
    case MULTIPLIED:
        return (x - s.m) * s.d;
    case TURNED:
        return (s.m - x) / s.d;
    case M_ADDED:
        return (x + s.m) / s.d;
    case ONLY_X_DIVIDED:
        return x / s.d - s.m;
    case ONLY_M_DIVIDED:
        return x - s.m / s.d;
    default:
        return (x - s.m) / s.d;
    }
}

void norm_forward(const void *context, int mistake, real *z) {
    const NormImage *t = context;
    for (int e = 0; e < t->channels * t->positions; e++) {
        const int c = mistake == FIRST_X ? 0 : e / t->positions;
        const double x = (double)t->x[c * t->positions + e % t->positions];
        const double right = z_of(mistake, x, norm_measure(t, mistake, c));
        z[e] = (real)slip(mistake, VALUE_Z, right);
    }
}

double norm_loss(const NormImage *t) {
    double sum = 0;
    for (int c = 0; c < t->channels; c++) {
        const NormMeasured s = norm_measure(t, RIGHT, c);
        for (int e = c * t->positions; e < (c + 1) * t->positions; e++)
            sum += (double)t->dz[e] * z_of(RIGHT, (double)t->x[e], s);
    }
    return sum;
}
