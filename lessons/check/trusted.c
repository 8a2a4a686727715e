#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "lessons/check/flows.h"
#include "lessons/check/slips.h"

enum { VALUE_F, VALUE_G, VALUE_APART, VALUE_U, VALUE_V, VALUE_LIMIT };
const char *const trusted_values[] = {
    "|f|^2", "|g|^2", "|f + g|^2", "u", "v", "the limit of |f + g|^2", NULL};

enum {
    RIGHT,
    TURNED,
    ALL_TRUSTED,
    NO_AGREEMENT,
    ONLY_AGREEMENT,
    NO_SLOPES,
    NO_INSIDE,
    NO_COLUMNS,
    NO_ROWS,
    NO_LEFT,
    NO_RIGHT,
    NO_TOP,
    NO_BOTTOM,
    ONE_TOO_WIDE,
    ONE_TOO_NARROW,
    AT_LEFT,
    AT_TOP,
    FROM_LEFT,
    FROM_TOP,
    SIDES_EXCHANGED,
    UV_EXCHANGED,
    BACK_EXCHANGED,
    BACK_SUBTRACTED,
    ONE_SUBTRACTED,
    LENGTHS,
    NO_HALF,
    HALF_TAKEN,
    HALF_MORE,
    LESS_HALF,
    HALF_TIMES,
    NO_PART,
    PART_LARGE,
    PART_OVER,
    PART_ADDED,
    F_ONLY,
    G_ONLY,
    F_FOR_G,
    F_MINUS_G,
    F_TIMES_G,
    F_OVER_G,
    STEEP_PART_LARGE,
    STEEP_PART_OVER,
    STEEP_NO_F,
    STEEP_WITH_G,
    STEEP_NO_LEAST,
    STEEP_LEAST_TAKEN,
    STEEP_LEAST_LARGE,
    STEEP_TWICE,
    STEEP_HALF,
    STEEP_FOUR,
    STEEP_ROOT,
    STEEP_ONLY_U,
    STEEP_ONLY_V,
    STEEP_APART,
    STEEP_NOT_HALF,
    STEEP_QUARTER,
    STEEP_SUMS,
    STEEP_NO_DOWN,
    STEEP_NO_ACROSS,
    STEEP_FORWARD,
    STEEP_BACKWARD,
    STEEP_FORWARD_HALF,
    STEEP_BACKWARD_HALF,
    STEEP_ZERO,
    STEEP_EDGES,
    AGREES_TURNED,
    SMOOTH_TURNED,
    EITHER
};

const char *const trusted_whys[] = {
    [RIGHT] = "",
    [TURNED] = "0 and 1 are exchanged: 1 is trusted",
    [ALL_TRUSTED] = "every pixel is trusted",
    [NO_AGREEMENT] = "the flow back is not compared: |f + g|^2",
    [ONLY_AGREEMENT] =
        "only |f + g|^2 is looked at: the slopes and the edges are missing",
    [NO_SLOPES] = "the slopes are missing: the border of a motion is not trusted",
    [NO_INSIDE] = "pixels from which f leads out of the image are not trusted",
    [NO_COLUMNS] = "f can lead out on the left and on the right, too: j + u",
    [NO_ROWS] = "f can lead out above and below, too: i + v",
    [NO_LEFT] = "f can lead out on the left, too: j + u < 0",
    [NO_RIGHT] = "f can lead out on the right, too: j + u > w - 1",
    [NO_TOP] = "f can lead out above, too: i + v < 0",
    [NO_BOTTOM] = "f can lead out below, too: i + v > h - 1",
    [ONE_TOO_WIDE] = "the last column is w - 1, the last row h - 1",
    [ONE_TOO_NARROW] = "the last column is w - 1, the last row h - 1: these are inside",
    [AT_LEFT] = "the first column, 0, is inside",
    [AT_TOP] = "the first row, 0, is inside",
    [FROM_LEFT] = "the flow is subtracted from the column: j + u",
    [FROM_TOP] = "the flow is subtracted from the row: i + v",
    [SIDES_EXCHANGED] = "h and w are exchanged: columns end at w - 1, rows at h - 1",
    [UV_EXCHANGED] = "u and v are exchanged: u moves the column, v the row",
    [BACK_EXCHANGED] = "back_u and back_v are exchanged",
    [BACK_SUBTRACTED] = "|f - g|^2 is compared: there and back again gives f + g = 0",
    [ONE_SUBTRACTED] = "one of the two components is subtracted: |f + g|^2 has two sums",
    [LENGTHS] = "lengths stand where their squares belong",
    [NO_HALF] = "0.5 is missing",
    [HALF_TAKEN] = "0.5 is subtracted: add it",
    [HALF_MORE] = "1.5 stands where 0.5 belongs",
    [LESS_HALF] = "-0.5 stands where 0.5 belongs",
    [HALF_TIMES] = "0.5 is a factor: add it",
    [NO_PART] = "0.01 (|f|^2 + |g|^2) is missing",
    [PART_LARGE] = "the factor of |f|^2 + |g|^2 is too large: 0.01",
    [PART_OVER] = "0.01 is divided, or divides: 0.01 times |f|^2 + |g|^2",
    [PART_ADDED] = "0.01 is added: 0.01 times |f|^2 + |g|^2",
    [F_ONLY] = "|g|^2 is missing in the limit",
    [G_ONLY] = "|f|^2 is missing in the limit",
    [F_FOR_G] = "|f|^2 stands where |g|^2 belongs",
    [F_MINUS_G] = "|g|^2 is subtracted in the limit: |f|^2 + |g|^2",
    [F_TIMES_G] = "|f|^2 is multiplied by |g|^2: |f|^2 + |g|^2",
    [F_OVER_G] = "|f|^2 is divided by |g|^2: |f|^2 + |g|^2",
    [STEEP_PART_LARGE] = "the factor of |f|^2 for the slopes is too large: 0.01",
    [STEEP_PART_OVER] = "0.01 is divided by |f|^2 for the slopes: multiply",
    [STEEP_NO_F] = "0.01 |f|^2 is missing in the limit of the slopes",
    [STEEP_WITH_G] = "|g|^2 stands where |f|^2 belongs, in the limit of the slopes",
    [STEEP_NO_LEAST] = "0.002 is missing",
    [STEEP_LEAST_TAKEN] = "0.002 is subtracted: add it",
    [STEEP_LEAST_LARGE] = "0.002 is too large, or too small by 1",
    [STEEP_TWICE] = "the squares of the slopes are twice what they should be",
    [STEEP_HALF] = "the squares of the slopes are half of what they should be",
    [STEEP_FOUR] = "the squares of the slopes are four times what they should be",
    [STEEP_ROOT] = "the root of the squared slopes: their sum itself",
    [STEEP_ONLY_U] = "the slopes of v are missing",
    [STEEP_ONLY_V] = "the slopes of u are missing",
    [STEEP_APART] = "the slopes of u and of v are not added",
    [STEEP_NOT_HALF] = "a slope is half the difference of the neighbours on both sides",
    [STEEP_QUARTER] =
        "a slope is half the difference of the neighbours on both sides: not less",
    [STEEP_SUMS] = "neighbours are added where their difference belongs",
    [STEEP_NO_DOWN] = "the slopes down are missing",
    [STEEP_NO_ACROSS] = "the slopes to the right are missing",
    [STEEP_FORWARD] = "the difference to the next pixel: a slope has both neighbours",
    [STEEP_BACKWARD] = "the difference to the pixel before: a slope has both neighbours",
    [STEEP_FORWARD_HALF] =
        "half the difference to the next pixel: a slope has both neighbours",
    [STEEP_BACKWARD_HALF] =
        "half the difference to the pixel before: a slope has both neighbours",
    [STEEP_ZERO] = "neighbours outside are taken for 0: there is the pixel itself",
    [STEEP_EDGES] = "pixels at the edge have no slope: beyond it is the pixel itself",
    [AGREES_TURNED] = "the comparison of |f + g|^2 is turned: small is trusted",
    [SMOOTH_TURNED] = "the comparison of the slopes is turned: small is trusted",
    [EITHER] = "one condition is enough for you: all of them are needed",
    NULL};

/* ---- Slopes ---- */

static double read(const FlowBothWays *t, int mistake, const real *x, int i, int j) {
    const bool outside = i < 0 || j < 0 || i >= t->h || j >= t->w;
    if (outside && mistake == STEEP_ZERO) return 0;
    i = i < 0 ? 0 : i >= t->h ? t->h - 1 : i;
    j = j < 0 ? 0 : j >= t->w ? t->w - 1 : j;
    return (double)x[i * t->w + j];
}

static double slope(int mistake, double before, double here, double after) {
    switch (mistake) {
    case STEEP_NOT_HALF:
        return after - before;
    case STEEP_QUARTER:
        return (after - before) / 4;
    case STEEP_SUMS:
        return (after + before) / 2;
    case STEEP_FORWARD:
        return after - here;
    case STEEP_BACKWARD:
        return here - before;
    case STEEP_FORWARD_HALF:
        return (after - here) / 2;
    case STEEP_BACKWARD_HALF:
        return (here - before) / 2;
    default:
        return (after - before) / 2;
    }
}

static double steepness(const FlowBothWays *t, int mistake, const real *x, int i, int j) {
    const double here = (double)x[i * t->w + j];
    const double across = slope(mistake, read(t, mistake, x, i, j - 1), here,
                                read(t, mistake, x, i, j + 1));
    const double down = slope(mistake, read(t, mistake, x, i - 1, j), here,
                              read(t, mistake, x, i + 1, j));
    const bool edge = i == 0 || j == 0 || i == t->h - 1 || j == t->w - 1;
    if (mistake == STEEP_EDGES && edge) return 0;
    if (mistake == STEEP_NO_DOWN) return across * across;
    if (mistake == STEEP_NO_ACROSS) return down * down;
    return across * across + down * down;
}

static bool is_smooth(const FlowBothWays *t, int mistake, double f, double g, int k) {
    const int i = k / t->w, j = k % t->w;
    const double of_u = steepness(t, mistake, t->u, i, j);
    const double of_v = steepness(t, mistake, t->v, i, j);
    double steep = of_u + of_v, part = 0.01 * f, least = 0.002;
    if (mistake == STEEP_TWICE) steep *= 2;
    if (mistake == STEEP_HALF) steep /= 2;
    if (mistake == STEEP_FOUR) steep *= 4;
    if (mistake == STEEP_ROOT) steep = sqrt(steep);
    if (mistake == STEEP_ONLY_U) steep = of_u;
    if (mistake == STEEP_ONLY_V) steep = of_v;
    if (mistake == STEEP_APART) steep = of_u - of_v;
    if (mistake == STEEP_PART_LARGE) part = 1.01 * f;
    if (mistake == STEEP_PART_OVER) part = 0.01 / f;
    if (mistake == STEEP_NO_F) part = 0;
    if (mistake == STEEP_WITH_G) part = 0.01 * g;
    if (mistake == STEEP_NO_LEAST) least = 0;
    if (mistake == STEEP_LEAST_TAKEN) least = -0.002;
    if (mistake == STEEP_LEAST_LARGE) least = 1.002;
    const bool smooth = steep <= part + least;
    return smooth != (mistake == SMOOTH_TURNED);
}

/* ---- There and back ---- */

static double limit(int mistake, double f, double g) {
    switch (mistake) {
    case NO_HALF:
        return 0.01 * (f + g);
    case HALF_TAKEN:
    case LESS_HALF:
        return 0.01 * (f + g) - 0.5;
    case HALF_MORE:
        return 0.01 * (f + g) + 1.5;
    case HALF_TIMES:
        return 0.01 * (f + g) * 0.5;
    case NO_PART:
        return 0.5;
    case PART_LARGE:
        return 1.01 * (f + g) + 0.5;
    case PART_OVER:
        return 0.01 / (f + g) + 0.5;
    case PART_ADDED:
        return 0.01 + (f + g) + 0.5;
    case F_ONLY:
        return 0.01 * f + 0.5;
    case G_ONLY:
        return 0.01 * g + 0.5;
    case F_FOR_G:
        return 0.02 * f + 0.5;
    case F_MINUS_G:
        return 0.01 * (f - g) + 0.5;
    case F_TIMES_G:
        return 0.01 * f * g + 0.5;
    case F_OVER_G:
        return 0.01 * f / g + 0.5;
    default:
        return 0.01 * (f + g) + 0.5;
    }
}

static double square(double u, double v) {
    return u * u + v * v;
}

static bool agrees(const FlowBothWays *t, int mistake, double f, double g, int k) {
    const double u = (double)t->u[k], v = (double)t->v[k];
    double back_u = (double)t->back_u[k], back_v = (double)t->back_v[k];
    if (mistake == BACK_EXCHANGED)
        back_u = (double)t->back_v[k], back_v = (double)t->back_u[k];
    if (mistake == BACK_SUBTRACTED) back_u = -back_u, back_v = -back_v;
    if (mistake == ONE_SUBTRACTED) back_v = -back_v;
    const double apart = slip(mistake, VALUE_APART, square(u + back_u, v + back_v));
    const bool close = apart <= slip(mistake, VALUE_LIMIT, limit(mistake, f, g));
    return close != (mistake == AGREES_TURNED);
}

static bool leads_inside(const FlowBothWays *t, int mistake, int k) {
    double u = slip(mistake, VALUE_U, (double)t->u[k]);
    double v = slip(mistake, VALUE_V, (double)t->v[k]);
    if (mistake == UV_EXCHANGED) u = (double)t->v[k], v = (double)t->u[k];
    if (mistake == FROM_LEFT) u = -u;
    if (mistake == FROM_TOP) v = -v;
    double last_x = t->w - 1, last_y = t->h - 1;
    if (mistake == ONE_TOO_WIDE) last_x++, last_y++;
    if (mistake == ONE_TOO_NARROW) last_x--, last_y--;
    if (mistake == SIDES_EXCHANGED) last_x = t->h - 1, last_y = t->w - 1;
    const double x = k % t->w + u, y = k / t->w + v;
    const bool columns = mistake == NO_COLUMNS;
    const bool rows = mistake == NO_ROWS;
    const bool left =
        columns || mistake == NO_LEFT || (mistake == AT_LEFT ? x > 0 : x >= 0);
    const bool top = rows || mistake == NO_TOP || (mistake == AT_TOP ? y > 0 : y >= 0);
    const bool right = columns || mistake == NO_RIGHT || x <= last_x;
    const bool bottom = rows || mistake == NO_BOTTOM || y <= last_y;
    return left && right && top && bottom;
}

static bool is_trusted(const FlowBothWays *t, int mistake, int k) {
    double f = square((double)t->u[k], (double)t->v[k]);
    double g = square((double)t->back_u[k], (double)t->back_v[k]);
    f = slip(mistake, VALUE_F, f), g = slip(mistake, VALUE_G, g);
    const bool agree = agrees(t, mistake, f, g, k);
    const bool smooth = is_smooth(t, mistake, f, g, k);
    const bool inside = leads_inside(t, mistake, k);
    switch (mistake) {
    case TURNED:
        return !(agree && smooth && inside);
    case ALL_TRUSTED:
        return true;
    case NO_AGREEMENT:
        return smooth && inside;
    case ONLY_AGREEMENT:
        return agree;
    case NO_SLOPES:
        return agree && inside;
    case NO_INSIDE:
        return agree && smooth;
    case EITHER:
        return agree || smooth || inside;
    default:
        return agree && smooth && inside;
    }
}

void trusted_pixels(const void *context, int mistake, real *t) {
    const FlowBothWays *flow = context;
    for (int k = 0; k < flow->h * flow->w; k++)
        t[k] = is_trusted(flow, mistake, k) ? 1 : 0;
}

/* ---- Which condition is wrong ---- */

static const struct Without {
    int mistake; /* without this condition */
    const char *why;
} without[] = {
    {NO_AGREEMENT, "only |f + g|^2 and its limit are wrong: slopes and edges are right"},
    {NO_SLOPES,
     "only the slopes and their limit are wrong: |f + g|^2 and edges are right"},
    {NO_INSIDE, "only the edges are wrong: |f + g|^2 and the slopes are right"}};

/* Whether t is right wherever the other two do not both hold: there this one does not
 * count. */
static bool wrong_only(const FlowBothWays *flow, const real *t, int mistake) {
    for (int k = 0; k < flow->h * flow->w; k++) {
        const bool others = is_trusted(flow, mistake, k);
        const bool right = is_trusted(flow, RIGHT, k);
        if (!others && ((double)t[k] == 1) != right) return false;
    }
    return true;
}

const char *trusted_otherwise(const FlowBothWays *flow, const real *t) {
    const char *found = NULL;
    int possible = 0;
    for (int k = 0; k < flow->h * flow->w; k++)
        if (!((double)t[k] == 0 || (double)t[k] == 1))
            return "t is 1 or 0, and nothing else";
    for (int c = 0; c < 3; c++)
        if (wrong_only(flow, t, without[c].mistake)) {
            found = without[c].why;
            possible++;
        }
    if (possible == 1) return found;
    return possible ? "pixels are not trusted for which all conditions hold"
                    : "more than one of the three conditions is wrong, or how they are "
                      "joined: all of them must hold";
}
