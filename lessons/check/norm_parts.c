#include "lessons/check/norm_parts.h"

#include <math.h>

#include "lessons/check/slips.h"

static double sum_for_m(int mistake, int n, const real *x) {
    const int end = n - (mistake == M_LAST_OUT);
    double sum = mistake == M_FROM_1;
    for (int k = mistake == M_FIRST_OUT; k < end; k++) {
        if (mistake == M_LAST_ONLY) sum = 0;
        sum += (double)x[k];
    }
    return sum;
}

double norm_m(int mistake, int n, const real *x) {
    const double sum = sum_for_m(mistake, n, x);
    switch (mistake) {
    case M_IS_SUM:
        return sum;
    case M_TIMES_N:
        return sum * n;
    case M_ZERO:
        return 0;
    default:
        return sum / n;
    }
}

/* What one x adds to the squares. */
static double square_of(int mistake, double x, double m) {
    switch (mistake) {
    case SQUARES_OF_X:
        return x * x;
    case SQUARES_OF_SUMS:
        return (x + m) * (x + m);
    case NOT_SQUARED:
        return fabs(x - m);
    case RATIO:
        return 1;
    case FIRST_POWER:
        return x - m;
    default:
        return (x - m) * (x - m);
    }
}

static double mean_square(int mistake, int n, const real *x, double m) {
    const int end = n - (mistake == SQUARES_LAST_OUT);
    double sum = mistake == SQUARES_FROM_1;
    for (int k = mistake == SQUARES_FIRST_OUT; k < end; k++) {
        if (mistake == SQUARES_LAST_ONLY) sum = 0;
        sum += square_of(mistake, (double)x[k], m);
    }
    switch (mistake) {
    case SQUARES_NOT_DIVIDED:
        return sum;
    case SQUARES_TIMES_N:
        return sum * n;
    case BY_LESS:
        return n > 1 ? sum / (n - 1) : 0;
    default:
        return sum / n;
    }
}

static double d_of(int mistake, int n, double variance, double epsilon) {
    switch (mistake) {
    case VARIANCE:
        return variance + epsilon;
    case EPSILON_OUTSIDE:
        return sqrt(variance) + epsilon;
    case EPSILON_MISSING:
        return sqrt(variance);
    case EPSILON_OFF:
        return sqrt(variance - epsilon);
    case EPSILON_TIMES:
        return sqrt(variance * epsilon);
    case EPSILON_OVER:
        return sqrt(variance / epsilon);
    case EPSILON_SUMMED:
        return sqrt(variance + epsilon / n);
    default:
        return sqrt(variance + epsilon);
    }
}

static NormMeasured measure_row(const NormImage *t, int mistake, int n, const real *x) {
    const double m = slip(mistake, VALUE_M, norm_m(mistake, n, x));
    const double variance = mean_square(mistake, n, x, m);
    return (NormMeasured){m,
                          slip(mistake, VALUE_D, d_of(mistake, n, variance, t->epsilon))};
}

NormMeasured norm_measure(const NormImage *t, int mistake, int c) {
    const int n = t->positions;
    if (mistake == ALL_CHANNELS) return measure_row(t, RIGHT, n * t->channels, t->x);
    const NormMeasured first = measure_row(t, RIGHT, n, t->x);
    NormMeasured own = measure_row(t, mistake, n, t->x + c * n);
    if (mistake == FIRST_CHANNEL || mistake == M_OF_FIRST) own.m = first.m;
    if (mistake == FIRST_CHANNEL || mistake == D_OF_FIRST) own.d = first.d;
    return own;
}
