#include "lessons/check/moments.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "lessons/check/slips.h"

/* The mistakes of z, and then those of the blend. */
enum { WHYS = 128 };

static int count_of(const char *const *whys) {
    int count = 0;
    while (whys[count])
        count++;
    return count;
}

static void join(const char *const *first, const char *const *second,
                 const char *joined[WHYS]) {
    const int count = count_of(first), more = count_of(second);
    if (count + more >= WHYS) abort();
    for (int k = 0; k <= count + more; k++)
        joined[k] = k < count ? first[k] : second[k - count];
}

/* Of the blend: both functions can have them. */
enum {
    NOT_BLENDED,
    ALPHA_TURNED,
    ONLY_STYLED,
    WHOLE_X,
    Z_BLENDED,
    NO_DEVIATION,
    OVER_DEVIATION,
    DEVIATION_ADDED,
    FIRST_DEVIATION,
    OWN_DEVIATION,
    ALPHA_ADDED,
    X_TAKEN_OFF,
    OVER_ALPHA,
    STYLED_TAKEN_OFF,
    ONE_PLUS_ALPHA,
    BLENDS
};

#define BLEND_WHYS                                                                       \
    [NOT_BLENDED] = "alpha is missing: this is all of AdaIN",                            \
    [ALPHA_TURNED] = "alpha and 1 - alpha are exchanged",                                \
    [ONLY_STYLED] = "the part with 1 - alpha is missing",                                \
    [WHOLE_X] = "all of x is in it: 1 - alpha of it",                                    \
    [Z_BLENDED] = "z is blended with the painting's: blend x",                           \
    [NO_DEVIATION] = "the deviation of the painting is missing",                         \
    [OVER_DEVIATION] = "it is divided by the deviation of the painting: multiply",       \
    [DEVIATION_ADDED] = "the deviation of the painting is added: multiply",              \
    [FIRST_DEVIATION] = "all channels get the deviation of the first: deviation[c]",     \
    [OWN_DEVIATION] = "the deviation of x stands where the painting's belongs",          \
    [ALPHA_ADDED] = "alpha is added: multiply with it",                                  \
    [X_TAKEN_OFF] = "the part with 1 - alpha is taken off: add it",                      \
    [OVER_ALPHA] = "alpha is divided by something: multiply",                            \
    [STYLED_TAKEN_OFF] = "the part with alpha is taken off: add it",                     \
    [ONE_PLUS_ALPHA] = "1 + alpha stands where 1 - alpha belongs"

/* ---- y ---- */

enum {
    STYLE_EXCHANGED = BLENDS,
    NO_MEAN,
    MEAN_OFF,
    MEAN_SCALED,
    FIRST_STYLE,
    FIRST_MEAN,
    OWN_MEAN
};

static const char *const blend_whys[] = {
    BLEND_WHYS,
    [STYLE_EXCHANGED] = "mean and deviation of the painting are exchanged",
    [NO_MEAN] = "the mean of the painting is missing",
    [MEAN_OFF] = "the mean of the painting is taken off: add it",
    [MEAN_SCALED] = "the mean is multiplied by the deviation, too: deviation z + mean",
    [FIRST_STYLE] = "all channels get the mean and the deviation of the first: mean[c]",
    [FIRST_MEAN] = "all channels get the mean of the first: mean[c]",
    [OWN_MEAN] = "the mean of x stands where the painting's belongs",
    NULL};

const char *const *adain_whys(void) {
    static const char *whys[WHYS];
    join(norm_whys, blend_whys, whys);
    return whys;
}

/* The mean and deviation that x gets. */
static NormMeasured painting_of(const AdainImage *t, int own, int c) {
    const bool first_mean = own == FIRST_STYLE || own == FIRST_MEAN;
    const bool first_deviation = own == FIRST_STYLE || own == FIRST_DEVIATION;
    const NormMeasured of_x = norm_measure(&t->of, RIGHT, c);
    NormMeasured s = {(double)t->mean[first_mean ? 0 : c],
                      (double)t->deviation[first_deviation ? 0 : c]};
    if (own == STYLE_EXCHANGED) s = (NormMeasured){s.d, s.m};
    if (own == OWN_MEAN) s.m = of_x.m;
    if (own == OWN_DEVIATION) s.d = of_x.d;
    return s;
}

static double styled_of(int own, double z, NormMeasured s) {
    switch (own) {
    case NO_MEAN:
        return s.d * z;
    case MEAN_OFF:
        return s.d * z - s.m;
    case NO_DEVIATION:
        return z + s.m;
    case OVER_DEVIATION:
        return z / s.d + s.m;
    case DEVIATION_ADDED:
        return z + s.d + s.m;
    case MEAN_SCALED:
        return s.d * (z + s.m);
    default:
        return s.d * z + s.m;
    }
}

/* (1 - alpha) x + alpha styled */
static double blend_of(int own, double alpha, double x, double styled) {
    switch (own) {
    case NOT_BLENDED:
        return styled;
    case ALPHA_TURNED:
        return alpha * x + (1 - alpha) * styled;
    case ONLY_STYLED:
        return alpha * styled;
    case WHOLE_X:
        return x + alpha * styled;
    case ALPHA_ADDED:
        return (1 - alpha) * x + alpha + styled;
    case X_TAKEN_OFF:
        return alpha * styled - (1 - alpha) * x;
    case OVER_ALPHA:
        return (1 - alpha) * x + alpha / styled;
    case STYLED_TAKEN_OFF:
        return (1 - alpha) * x - alpha * styled;
    case ONE_PLUS_ALPHA:
        return (1 + alpha) * x + alpha * styled;
    default:
        return (1 - alpha) * x + alpha * styled;
    }
}

/* The number of a mistake of the blend, or -1. */
static int own_of(const char *const *first, int mistake) {
    return mistake >= FIRST_SLIP ? -1 : mistake - count_of(first);
}

void adain_blend(const void *context, int mistake, real *y) {
    const AdainImage *t = context;
    const int own = own_of(norm_whys, mistake);
    const int n = t->of.positions, size = t->of.channels * n;
    real *z = malloc((size_t)size * sizeof *z);
    if (!z) abort();
    norm_forward(&t->of, own < 0 ? mistake : RIGHT, z);
    for (int e = 0; e < size; e++) {
        const double x = own == Z_BLENDED ? (double)z[e] : (double)t->of.x[e];
        const double styled = styled_of(own, (double)z[e], painting_of(t, own, e / n));
        y[e] = (real)blend_of(own, t->alpha, x, styled);
    }
    free(z);
}

double adain_loss(const AdainImage *t) {
    const int size = t->of.channels * t->of.positions;
    real *y = malloc((size_t)size * sizeof *y);
    if (!y) abort();
    adain_blend(t, RIGHT, y);
    double sum = 0;
    for (int e = 0; e < size; e++)
        sum += (double)t->of.dz[e] * (double)y[e];
    free(y);
    return sum;
}

/* ---- Its gradient ---- */

enum { BACK_ASSIGNED = BLENDS, BACK_SQUARED, BACK_TAKEN_OFF, BACK_UNDER };

static const char *const blend_back_whys[] = {
    BLEND_WHYS,
    [BACK_ASSIGNED] = "missing +=: the right numbers, but what was there before is lost; "
                      "= stands where += belongs",
    [BACK_SQUARED] = "the deviation of the painting is squared",
    [BACK_TAKEN_OFF] = "the deviation of the painting is taken off: multiply",
    [BACK_UNDER] = "the deviation of the painting is divided by it: multiply",
    NULL};

const char *const *adain_back_whys(void) {
    static const char *whys[WHYS];
    join(norm_back_whys, blend_back_whys, whys);
    return whys;
}

/* alpha's factor: the painting's deviation times the gradient by z. */
static double styled_pull(int own, double pull, double deviation) {
    switch (own) {
    case BACK_SQUARED:
        return deviation * deviation * pull;
    case BACK_TAKEN_OFF:
        return pull - deviation;
    case NO_DEVIATION:
        return pull;
    case OVER_DEVIATION:
        return pull / deviation;
    case DEVIATION_ADDED:
        return pull + deviation;
    case BACK_UNDER:
        return deviation / pull;
    default:
        return deviation * pull;
    }
}

void adain_pulls(const void *context, int mistake, real *dx) {
    const AdainImage *t = context;
    const int own = own_of(norm_back_whys, mistake);
    const int n = t->of.positions, size = t->of.channels * n;
    real *z = malloc((size_t)size * sizeof *z);
    if (!z) abort();
    NormImage blank = t->of;
    blank.before = NULL;
    norm_backward(&blank, own < 0 ? mistake : RIGHT, z);
    for (int e = 0; e < size; e++) {
        const bool first = own == FIRST_DEVIATION;
        double deviation = (double)t->deviation[first ? 0 : e / n];
        if (own == OWN_DEVIATION) deviation = norm_measure(&t->of, RIGHT, e / n).d;
        const double dy = own == Z_BLENDED ? (double)z[e] : (double)t->of.dz[e];
        const double styled = styled_pull(own, (double)z[e], deviation);
        dx[e] = (real)blend_of(own, t->alpha, dy, styled);
        if (own == BACK_ASSIGNED && t->of.before) dx[e] -= t->of.before[e];
    }
    free(z);
}
