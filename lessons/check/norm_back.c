#include "lessons/check/norm.h"

#include <stdbool.h>
#include <stddef.h>

#include "lessons/check/slips.h"

const char *const norm_back_values[] = {
    "m", "d", "z", "the mean of dz", "the mean of z dz", NULL};

enum {
    BACK_M_CONSTANT = MEASURES,
    BACK_D_CONSTANT,
    BACK_BOTH_CONSTANT,
    BACK_M_ADDED,
    BACK_D_ADDED,
    BACK_NOT_DIVIDED,
    BACK_MULTIPLIED,
    BACK_BY_SQUARE,
    BACK_ONLY_LAST_DIVIDED,
    BACK_DZ_SUMMED,
    BACK_Z_DZ_SUMMED,
    BACK_BOTH_SUMMED,
    BACK_Z_DZ_TIMES_N,
    BACK_NO_Z,
    BACK_X_FOR_Z,
    BACK_AWAY_FOR_Z,
    BACK_Z_TIMES_D,
    BACK_SUM_FOR_Z,
    BACK_Z_AND_MEAN,
    BACK_Z_OVER_MEAN,
    BACK_LAST_Z_DZ,
    BACK_Z_DZ_FROM_1,
    BACK_Z_DZ_FIRST_OUT,
    BACK_Z_DZ_LAST_OUT,
    BACK_Z_OVER_DZ,
    BACK_Z_ALONE,
    BACK_DZ_ALONE,
    BACK_TURNED,
    BACK_NO_DZ,
    BACK_ASSIGNED,
    BACK_FIRST_CHANNEL,
    BACK_FIRST_POSITION,
    BACK_Z_DZ_KEPT,
    BACK_MEAN_DZ_SQUARED,
    BACK_MEAN_X
};

const char *const norm_back_whys[] = {
    MEASURE_WHYS,
    [BACK_M_CONSTANT] = "m is taken for a constant: the mean of dz comes off",
    [BACK_D_CONSTANT] = "d is taken for a constant: z times the mean of z dz comes off",
    [BACK_BOTH_CONSTANT] = "m and d are taken for constants: this is dz / d alone",
    [BACK_M_ADDED] = "the mean of dz is added: it comes off",
    [BACK_D_ADDED] = "z times the mean of z dz is added: it comes off",
    [BACK_NOT_DIVIDED] = "it is not divided by d",
    [BACK_MULTIPLIED] = "it is multiplied by d: divide",
    [BACK_BY_SQUARE] = "it is divided by d twice",
    [BACK_ONLY_LAST_DIVIDED] = "only the last term is divided by d: all three are",
    [BACK_DZ_SUMMED] = "the sum of dz comes off: its mean does",
    [BACK_Z_DZ_SUMMED] = "the sum of z dz is taken: its mean",
    [BACK_BOTH_SUMMED] = "sums of dz and of z dz are taken: their means",
    [BACK_Z_DZ_TIMES_N] = "the sum of z dz is multiplied by positions: divide",
    [BACK_NO_Z] = "the mean of z dz comes off without its z",
    [BACK_X_FOR_Z] = "x stands where z belongs: z = (x - m) / d",
    [BACK_AWAY_FOR_Z] = "x - m stands where z belongs: z = (x - m) / d",
    [BACK_Z_TIMES_D] = "z is (x - m) / d, not (x - m) d",
    [BACK_SUM_FOR_Z] = "z is (x - m) / d, not (x + m) / d",
    [BACK_Z_AND_MEAN] = "z and the mean of z dz are added: multiply",
    [BACK_Z_OVER_MEAN] = "z is divided by the mean of z dz: multiply",
    [BACK_LAST_Z_DZ] = "the mean of z dz holds the last product only: += is missing",
    [BACK_Z_DZ_FROM_1] = "the sum of z dz begins at 0",
    [BACK_Z_DZ_FIRST_OUT] = "the mean of z dz leaves out the first one: k begins at 0",
    [BACK_Z_DZ_LAST_OUT] = "the mean of z dz leaves out the last one: k < positions",
    [BACK_Z_OVER_DZ] = "the mean of z / dz is taken: of z dz",
    [BACK_Z_ALONE] = "the mean of z is taken, which is 0: of z dz",
    [BACK_DZ_ALONE] = "z times the mean of dz comes off: of z dz",
    [BACK_TURNED] = "the sign is turned",
    [BACK_NO_DZ] = "dz itself is missing: this is only what comes off",
    [BACK_ASSIGNED] = "missing +=: the right numbers, but what was there before is lost; "
                      "= stands where += belongs",
    [BACK_FIRST_CHANNEL] = "every channel gets dx of the first: dx[c * positions + k]",
    [BACK_FIRST_POSITION] = "the first position is left out: k begins at 0",
    [BACK_Z_DZ_KEPT] =
        "the products z dz of the channels before are still in it: begin at 0",
    [BACK_MEAN_DZ_SQUARED] = "dz times its mean comes off: the mean alone",
    [BACK_MEAN_X] = "the mean of x comes off: of dz",
    NULL};

/* What stands for z in the last term. */
static double z_in_back(int mistake, double x, NormMeasured s) {
    switch (mistake) {
    case BACK_X_FOR_Z:
        return x;
    case BACK_AWAY_FOR_Z:
        return x - s.m;
    case BACK_Z_TIMES_D:
        return (x - s.m) * s.d;
    case BACK_SUM_FOR_Z:
        return (x + s.m) / s.d;
    default:
        return slip(mistake, VALUE_Z, (x - s.m) / s.d);
    }
}

static double product_of(int mistake, double z, double dz) {
    switch (mistake) {
    case BACK_Z_OVER_DZ:
        return z / dz;
    case BACK_Z_ALONE:
        return z;
    case BACK_DZ_ALONE:
        return dz;
    default:
        return z * dz;
    }
}

/* The mean of z dz of channel c. */
static double with_z(const NormImage *t, int mistake, int c, NormMeasured s) {
    const int n = t->positions;
    const int begin = mistake == BACK_Z_DZ_KEPT ? 0 : c * n;
    const int end = (c + 1) * n - (mistake == BACK_Z_DZ_LAST_OUT);
    double sum = mistake == BACK_Z_DZ_FROM_1;
    for (int e = begin + (mistake == BACK_Z_DZ_FIRST_OUT); e < end; e++) {
        const NormMeasured own = e < c * n ? norm_measure(t, RIGHT, e / n) : s;
        if (mistake == BACK_LAST_Z_DZ) sum = 0;
        sum += product_of(mistake, z_in_back(mistake, (double)t->x[e], own),
                          (double)t->dz[e]);
    }
    if (mistake == BACK_Z_DZ_SUMMED || mistake == BACK_BOTH_SUMMED) return sum;
    if (mistake == BACK_Z_DZ_TIMES_N) return sum * n;
    return slip(mistake, VALUE_MEAN_Z_DZ, sum / n);
}

/* Mistakes of the function for m are mistakes of the mean of dz, too. */
static double mean_dz(const NormImage *t, int mistake, int c) {
    const int n = t->positions;
    const real *dz = (mistake == BACK_MEAN_X ? t->x : t->dz) + c * n;
    if (mistake == BACK_DZ_SUMMED || mistake == BACK_BOTH_SUMMED)
        return norm_m(M_IS_SUM, n, dz);
    return slip(mistake, VALUE_MEAN_DZ, norm_m(mistake, n, dz));
}

/* The terms of dx of one position, before they are divided by d. */
typedef struct Terms {
    double dz, mean, last;
} Terms;

static Terms terms_of(const NormImage *t, int mistake, int c, int k, NormMeasured s) {
    const int e = c * t->positions + k;
    const double z = z_in_back(mistake, (double)t->x[e], s);
    const double product = with_z(t, mistake, c, s);
    Terms terms = {(double)t->dz[e], mean_dz(t, mistake, c), z * product};
    if (mistake == BACK_NO_Z) terms.last = product;
    if (mistake == BACK_Z_AND_MEAN) terms.last = z + product;
    if (mistake == BACK_Z_OVER_MEAN) terms.last = z / product;
    if (mistake == BACK_MEAN_DZ_SQUARED) terms.mean *= terms.dz;
    return terms;
}

static double sum_of(int mistake, Terms v, double d) {
    switch (mistake) {
    case BACK_M_CONSTANT:
        return (v.dz - v.last) / d;
    case BACK_D_CONSTANT:
        return (v.dz - v.mean) / d;
    case BACK_BOTH_CONSTANT:
        return v.dz / d;
    case BACK_M_ADDED:
        return (v.dz + v.mean - v.last) / d;
    case BACK_D_ADDED:
        return (v.dz - v.mean + v.last) / d;
    case BACK_NOT_DIVIDED:
        return v.dz - v.mean - v.last;
    case BACK_MULTIPLIED:
        return (v.dz - v.mean - v.last) * d;
    case BACK_BY_SQUARE:
        return (v.dz - v.mean - v.last) / (d * d);
    case BACK_ONLY_LAST_DIVIDED:
        return v.dz - v.mean - v.last / d;
    case BACK_TURNED:
        return -(v.dz - v.mean - v.last) / d;
    case BACK_NO_DZ:
        return (-v.mean - v.last) / d;
    default:
        return (v.dz - v.mean - v.last) / d;
    }
}

void norm_backward(const void *context, int mistake, real *dx) {
    const NormImage *t = context;
    for (int e = 0; e < t->channels * t->positions; e++) {
        const int c = mistake == BACK_FIRST_CHANNEL ? 0 : e / t->positions;
        const int k = e % t->positions;
        const NormMeasured s = norm_measure(t, mistake, c);
        const bool left_out = mistake == BACK_FIRST_POSITION && k == 0;
        const Terms v = terms_of(t, mistake, c, k, s);
        dx[e] = left_out ? 0 : (real)sum_of(mistake, v, s.d);
        if (mistake == BACK_ASSIGNED && t->before) dx[e] -= t->before[e];
    }
}

void norm_terms(const NormImage *t, real *const term[NORM_TERMS]) {
    for (int e = 0; e < t->channels * t->positions; e++) {
        const int c = e / t->positions;
        const NormMeasured s = norm_measure(t, RIGHT, c);
        const Terms v = terms_of(t, RIGHT, c, e % t->positions, s);
        term[0][e] = (real)(v.dz / s.d);
        term[1][e] = (real)(-v.mean / s.d);
        term[2][e] = (real)(-v.last / s.d);
    }
}
