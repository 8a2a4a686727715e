#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "lessons/check/flows.h"
#include "lessons/check/slips.h"

enum { VALUE_T, VALUE_AWAY };
const char *const temporal_values[] = {"t", "x - b", NULL};

enum {
    RIGHT,
    SUM,
    OVER_POSITIONS,
    OVER_CHANNELS,
    OVER_SUM,
    OVER_TRUSTED,
    NO_T,
    T_SQUARED,
    T_UNDER,
    T_ADDED,
    T_TURNED,
    T_CHANNEL,
    NOT_SQUARED,
    ABSOLUTE,
    ADDED,
    ONLY_X,
    ONLY_B,
    FIRST_LEFT,
    LAST_LEFT,
    ONE_CHANNEL,
    OVER_AWAY,
    COMMON
};

#define TEMPORAL_WHYS                                                                    \
    [RIGHT] = "", [SUM] = "the sum: divide it by channels times positions",              \
    [OVER_POSITIONS] = "it is divided by positions: by channels times positions",        \
    [OVER_CHANNELS] = "it is divided by channels: by channels times positions",          \
    [OVER_SUM] = "it is divided by channels + positions: by their product",              \
    [OVER_TRUSTED] = "it is divided by the sum of t: by channels times positions",       \
    [NO_T] = "t is missing: all pixels count alike", [T_SQUARED] = "t is squared: t",    \
    [T_UNDER] = "it is divided by t: multiply", [T_ADDED] = "t is added: multiply",      \
    [T_TURNED] = "1 - t stands where t belongs",                                         \
    [T_CHANNEL] = "t has one number for each position: t[e % positions]",                \
    [NOT_SQUARED] = "x - b is not squared",                                              \
    [ABSOLUTE] = "|x - b| stands where (x - b)^2 belongs",                               \
    [ADDED] = "x and b are added: x - b", [ONLY_X] = "b is missing: x - b",              \
    [ONLY_B] = "x is missing: x - b",                                                    \
    [FIRST_LEFT] = "the first number is left out: e begins at 0",                        \
    [LAST_LEFT] = "the last number is left out",                                         \
    [ONE_CHANNEL] = "only the first channel counts",                                     \
    [OVER_AWAY] = "x - b is divided where it is multiplied"

enum { LAST_ONLY = COMMON, NEGATIVE };

const char *const temporal_whys[] = {
    TEMPORAL_WHYS, [LAST_ONLY] = "only the last square counts: += is missing in the sum",
    [NEGATIVE] = "the squares are taken off: add them", NULL};

enum {
    TURNED = COMMON,
    NO_TWO,
    FOUR,
    SQUARES,
    BY_B,
    TWO_ADDED,
    TWO_UNDER,
    TIMES_SIZE,
    ASSIGNED
};

const char *const temporal_dx_whys[] = {
    TEMPORAL_WHYS,
    [TURNED] = "the sign is turned: this is the gradient by b",
    [NO_TWO] = "2 is missing: the derivative of a square is 2 (x - b)",
    [FOUR] = "the factor is 4: the derivative of a square is 2 (x - b)",
    [SQUARES] = "this is the loss of each number, not its derivative: 2 t (x - b)",
    [BY_B] = "x stands where x - b belongs",
    [TWO_ADDED] = "2 is added: multiply",
    [TWO_UNDER] = "2 is divided by t: multiply",
    [TIMES_SIZE] = "it is multiplied by channels times positions: divide",
    [ASSIGNED] = "missing +=: the right numbers, but what was there before is lost",
    NULL};

static double away_with(const FramePair *p, int mistake, int e) {
    const double x = (double)p->x[e], b = (double)p->b[e];
    switch (mistake) {
    case ADDED:
        return x + b;
    case ONLY_X:
        return x;
    case ONLY_B:
        return b;
    default:
        return slip(mistake, VALUE_AWAY, x - b);
    }
}

/* t, and what stands in its place. */
static double weight(const FramePair *p, int mistake, int e) {
    const double t = (double)p->t[e % p->positions];
    switch (mistake) {
    case NO_T:
        return 1;
    case T_SQUARED:
        return t * t;
    case T_UNDER:
        return 1 / t;
    case T_TURNED:
        return 1 - t;
    case T_CHANNEL:
        return (double)p->t[e / p->positions % p->positions];
    default:
        return slip(mistake, VALUE_T, t);
    }
}

static bool is_left_out(const FramePair *p, int mistake, int e) {
    return (mistake == FIRST_LEFT && e == 0) ||
           (mistake == LAST_LEFT && e == p->channels * p->positions - 1) ||
           (mistake == ONE_CHANNEL && e >= p->positions);
}

static double divided(const FramePair *p, int mistake, double sum) {
    const double n = p->channels, m = p->positions;
    double trusted = 0;
    for (int k = 0; k < p->positions; k++)
        trusted += (double)p->t[k];
    switch (mistake) {
    case SUM:
        return sum;
    case OVER_POSITIONS:
        return sum / m;
    case OVER_CHANNELS:
        return sum / n;
    case OVER_SUM:
        return sum / (n + m);
    case OVER_TRUSTED:
        return sum / trusted;
    default:
        return sum / (n * m);
    }
}

static double term(const FramePair *p, int mistake, int e) {
    const double away = away_with(p, mistake, e), t = weight(p, mistake, e);
    if (mistake == T_ADDED) return t + away * away;
    if (mistake == NOT_SQUARED) return t * away;
    if (mistake == ABSOLUTE) return t * fabs(away);
    if (mistake == OVER_AWAY) return t / away * away;
    return t * away * away;
}

static double mean_of(const FramePair *p, int mistake) {
    double sum = 0, last = 0;
    for (int e = 0; e < p->channels * p->positions; e++) {
        if (is_left_out(p, mistake, e)) continue;
        last = term(p, mistake, e);
        sum += mistake == NEGATIVE ? -last : last;
    }
    return divided(p, mistake, mistake == LAST_ONLY ? last : sum);
}

double temporal_right(const FramePair *pair) {
    return mean_of(pair, RIGHT);
}

void temporal_means(const void *context, int mistake, real *loss) {
    const FramePair *pairs = context;
    for (int k = 0; k < TEMPORAL_PAIRS; k++)
        loss[k] = (real)mean_of(&pairs[k], mistake);
}

static double derivative(const FramePair *p, int mistake, int e) {
    const double away = away_with(p, mistake, e), t = weight(p, mistake, e);
    switch (mistake) {
    case TURNED:
        return -2 * t * away;
    case NO_TWO:
        return t * away;
    case FOUR:
        return 4 * t * away;
    case SQUARES:
        return t * away * away;
    case BY_B:
        return 2 * t * (double)p->x[e];
    case TWO_ADDED:
        return 2 + t * away;
    case TWO_UNDER:
        return 2 / t * away;
    case T_ADDED:
        return 2 + t + away;
    case OVER_AWAY:
        return 2 * t / away;
    case NOT_SQUARED:
        return t;
    case ABSOLUTE:
        return away < 0 ? -t : t;
    default:
        return 2 * t * away;
    }
}

void temporal_dx(const void *context, int mistake, real *dx) {
    const FramePair *p = context;
    for (int e = 0; e < p->channels * p->positions; e++) {
        const double d = derivative(p, mistake, e);
        dx[e] = is_left_out(p, mistake, e) ? 0 : (real)divided(p, mistake, d);
        if (mistake == TIMES_SIZE) dx[e] = (real)(d * p->channels * p->positions);
        if (mistake == ASSIGNED && p->before) dx[e] -= p->before[e];
    }
}
