#include "lessons/check/warps.h"

#include <stddef.h>
#include <string.h>

#include "lessons/check/slips.h"
#include "lessons/exercises/place.h"

/* The four pixels: left and right above, left and right below. */
enum { A, B, C, D };

/* Values for slips.h. */
enum { VALUE_S, VALUE_T, VALUE_ROW, VALUE_COLUMN, VALUE_DY };
const char *const warp_values[] = {"s", "t", "the row", "the column", "dy", NULL};

const char *const warp_term_names[WARP_TERMS] = {
    "the pixel above on the left", "the pixel above on the right",
    "the pixel below on the left", "the pixel below on the right"};

/* Mistakes of where it is read, and with which weights: all can have them. */
enum {
    RIGHT,
    EXCHANGED,
    BACKWARDS,
    STILL,
    ONLY_U,
    ONLY_V,
    LIKE_U,
    LIKE_V,
    TRANSPOSED,
    S_TURNED,
    T_TURNED,
    BOTH_TURNED,
    S_FOR_T,
    T_FOR_S,
    ST_EXCHANGED,
    NO_S,
    NO_T,
    ONE_PLUS_S,
    ONE_PLUS_T,
    NEAREST,
    LEFT_TWICE,
    RIGHT_TWICE,
    UP_TWICE,
    DOWN_TWICE,
    LEFT_ON,
    LEFT_BACK,
    RIGHT_ON,
    RIGHT_BACK,
    UP_ON,
    DOWN_BACK,
    PLACES
};

#define PLACE_WHYS                                                                       \
    [RIGHT] = "",                                                                        \
    [EXCHANGED] = "u and v are exchanged: the row is i + v, the column j + u",           \
    [BACKWARDS] = "it is read at p - f: the row is i + v, the column j + u",             \
    [STILL] = "the flow is not used: the row is i + v, the column j + u",                \
    [ONLY_U] = "v is missing: the row is i + v",                                         \
    [ONLY_V] = "u is missing: the column is j + u",                                      \
    [LIKE_U] = "u moves the row, too: v does",                                           \
    [LIKE_V] = "v moves the column, too: u does",                                        \
    [TRANSPOSED] = "row and column are exchanged: i + v is the row",                     \
    [S_TURNED] = "s and 1 - s are exchanged: s belongs to the right",                    \
    [T_TURNED] = "t and 1 - t are exchanged: t belongs to the row below",                \
    [BOTH_TURNED] = "the weights belong to the pixels opposite: s is that of the right " \
                    "ones, t that of those below",                                       \
    [S_FOR_T] = "s stands where t belongs", [T_FOR_S] = "t stands where s belongs",      \
    [ST_EXCHANGED] = "s and t are exchanged",                                            \
    [NO_S] = "the pixels on the right are missing", [NO_T] = "the row below is missing", \
    [ONE_PLUS_S] = "1 + s stands where 1 - s belongs",                                   \
    [ONE_PLUS_T] = "1 + t stands where 1 - t belongs",                                   \
    [NEAREST] = "only the pixel above on the left counts: all four do",                  \
    [LEFT_TWICE] = "the pixels on the left stand for those on the right, too",           \
    [RIGHT_TWICE] = "the pixels on the right stand for those on the left, too",          \
    [UP_TWICE] = "the row above stands for the row below, too",                          \
    [DOWN_TWICE] = "the row below stands for the row above, too",                        \
    [LEFT_ON] = "the left column is one too far: left",                                  \
    [LEFT_BACK] = "the left column is one too early: left",                              \
    [RIGHT_ON] = "the right column is one too far: right",                               \
    [RIGHT_BACK] = "the right column is one too early: right",                           \
    [UP_ON] = "the upper row is one too far: up",                                        \
    [DOWN_BACK] = "the lower row is one too early: down"

/* Of y. */
enum { UNWEIGHTED = PLACES, ROW_MEAN };

const char *const warp_whys[] = {
    PLACE_WHYS, [UNWEIGHTED] = "the mean of the four pixels: weigh them with s and t",
    [ROW_MEAN] = "the four pixels are added without weights", NULL};

static Place place_with(const WarpImage *t, int mistake, int k) {
    double u = (double)t->u[k], v = (double)t->v[k];
    double i = k / t->w, j = k % t->w;
    switch (mistake) {
    case EXCHANGED:
        u = (double)t->v[k], v = (double)t->u[k];
        break;
    case BACKWARDS:
        u = -u, v = -v;
        break;
    case STILL:
        u = 0, v = 0;
        break;
    case ONLY_U:
        v = 0;
        break;
    case ONLY_V:
        u = 0;
        break;
    case LIKE_U:
        v = u;
        break;
    case LIKE_V:
        u = v;
        break;
    case TRANSPOSED:
        return place_of(t->h, t->w, j + u, i + v);
    default:
        break;
    }
    return place_of(t->h, t->w, slip(mistake, VALUE_ROW, i + v),
                    slip(mistake, VALUE_COLUMN, j + u));
}

static int inside(int i, int side) {
    return i < 0 ? 0 : i < side ? i : side - 1;
}

/* The four pixels. A mistake that leads outside ends at the edge here; there it ends the
 * student's program. */
static void corners(const WarpImage *t, int mistake, const Place *p, int at[4]) {
    int left = p->left, right = p->right, up = p->up, down = p->down;
    if (mistake == LEFT_TWICE) right = left;
    if (mistake == RIGHT_TWICE) left = right;
    if (mistake == UP_TWICE) down = up;
    if (mistake == DOWN_TWICE) up = down;
    left = inside(left + (mistake == LEFT_ON) - (mistake == LEFT_BACK), t->w);
    right = inside(right + (mistake == RIGHT_ON) - (mistake == RIGHT_BACK), t->w);
    up = inside(up + (mistake == UP_ON), t->h);
    down = inside(down - (mistake == DOWN_BACK), t->h);
    at[A] = up * t->w + left;
    at[B] = up * t->w + right;
    at[C] = down * t->w + left;
    at[D] = down * t->w + right;
}

/* The weight of the right pixels, and of those on the left; below, and above. */
typedef struct Weights {
    double left, right, up, down;
} Weights;

static Weights weights_with(int mistake, const Place *p) {
    double s = slip(mistake, VALUE_S, p->s), t = slip(mistake, VALUE_T, p->t);
    if (mistake == S_FOR_T) t = s;
    if (mistake == T_FOR_S) s = t;
    if (mistake == ST_EXCHANGED) s = p->t, t = p->s;
    Weights w = {1 - s, s, 1 - t, t};
    if (mistake == S_TURNED || mistake == BOTH_TURNED) w.left = s, w.right = 1 - s;
    if (mistake == T_TURNED || mistake == BOTH_TURNED) w.up = t, w.down = 1 - t;
    if (mistake == NO_S) w.right = 0;
    if (mistake == NO_T) w.down = 0;
    if (mistake == ONE_PLUS_S) w.left = 1 + s;
    if (mistake == ONE_PLUS_T) w.up = 1 + t;
    if (mistake == NEAREST) w = (Weights){1, 0, 1, 0};
    return w;
}

static void factors(int mistake, const Place *p, double of[4]) {
    const Weights w = weights_with(mistake, p);
    of[A] = w.up * w.left;
    of[B] = w.up * w.right;
    of[C] = w.down * w.left;
    of[D] = w.down * w.right;
}

/* ---- y ---- */

static void y_of(const WarpImage *t, int mistake, int first, int last, real *y) {
    for (int k = 0; k < t->h * t->w; k++) {
        const Place p = place_with(t, mistake, k);
        int at[4];
        double of[4], sum = 0;
        corners(t, mistake, &p, at);
        factors(mistake, &p, of);
        for (int q = first; q <= last; q++) {
            const double x = (double)t->x[at[q]];
            sum += mistake == UNWEIGHTED ? x / 4 : mistake == ROW_MEAN ? x : of[q] * x;
        }
        y[k] = (real)sum;
    }
}

void warp_right(const void *context, int mistake, real *y) {
    y_of(context, mistake, A, D, y);
}

void warp_y_term(const WarpImage *t, int term, real *y) {
    y_of(t, RIGHT, term, term, y);
}

double warp_sum(const WarpImage *t) {
    double sum = 0;
    for (int k = 0; k < t->h * t->w; k++) {
        const Place p = place_with(t, RIGHT, k);
        int at[4];
        double of[4];
        corners(t, RIGHT, &p, at);
        factors(RIGHT, &p, of);
        for (int q = A; q <= D; q++)
            sum += (double)t->dy[k] * of[q] * (double)t->x[at[q]];
    }
    return sum;
}

/* ---- dx ---- */

enum { DX_NO_DY = PLACES, DX_X_FOR_DY, DX_GATHERED, DX_ASSIGNED };

const char *const warp_dx_whys[] = {
    PLACE_WHYS,
    [DX_NO_DY] = "dy is missing",
    [DX_X_FOR_DY] = "x stands where dy belongs",
    [DX_GATHERED] = "dy is read where the flow points and stays at its pixel: what is "
                    "read from a pixel of x gives that pixel its gradient",
    [DX_ASSIGNED] = "only the last part that a pixel gets is left, and what was before "
                    "is lost: +=",
    NULL};

static void dx_of(const WarpImage *t, int mistake, int first, int last, real *dx) {
    memset(dx, 0, (size_t)(t->h * t->w) * sizeof *dx);
    for (int k = 0; k < t->h * t->w; k++) {
        const Place p = place_with(t, mistake, k);
        int at[4];
        double of[4];
        corners(t, mistake, &p, at);
        factors(mistake, &p, of);
        for (int q = first; q <= last; q++) {
            double dy = slip(mistake, VALUE_DY, (double)t->dy[k]);
            if (mistake == DX_NO_DY) dy = 1;
            if (mistake == DX_X_FOR_DY) dy = (double)t->x[k];
            if (mistake == DX_GATHERED)
                dx[k] += (real)(of[q] * (double)t->dy[at[q]]);
            else if (mistake == DX_ASSIGNED)
                dx[at[q]] = (real)(of[q] * dy) - (t->before_x ? t->before_x[at[q]] : 0);
            else
                dx[at[q]] += (real)(of[q] * dy);
        }
    }
}

void warp_dx(const void *context, int mistake, real *dx) {
    dx_of(context, mistake, A, D, dx);
}

void warp_dx_term(const WarpImage *t, int term, real *dx) {
    dx_of(t, RIGHT, term, term, dx);
}

/* ---- du and dv ---- */

enum {
    FLOW_AT_EDGES = PLACES,
    FLOW_ONLY_EDGES,
    FLOW_OTHER_EDGE,
    FLOW_TURNED,
    FLOW_NO_DY,
    FLOW_X_FOR_DY,
    FLOW_OTHER,
    FLOW_CENTRAL,
    FLOW_ONE_SIDE,
    FLOW_OTHER_SIDE,
    FLOW_SUMS,
    FLOW_TERMS_APART,
    FLOW_Y,
    FLOW_ASSIGNED
};

const char *const warp_flow_whys[] = {
    PLACE_WHYS,
    [FLOW_AT_EDGES] = "beyond the edge y does not change with the flow: inside_x is for "
                      "du, inside_y for dv",
    [FLOW_ONLY_EDGES] = "it is added where the flow points beyond the edge: where it is "
                        "inside",
    [FLOW_OTHER_EDGE] = "inside_x and inside_y are exchanged: inside_x is for du",
    [FLOW_TURNED] = "the sign is turned: right minus left, below minus above",
    [FLOW_NO_DY] = "dy is missing",
    [FLOW_X_FOR_DY] = "x stands where dy belongs",
    [FLOW_OTHER] = "du and dv are exchanged",
    [FLOW_CENTRAL] = "the slopes are added without weights: 1 - t and t for du, 1 - s "
                     "and s for dv",
    [FLOW_ONE_SIDE] = "only the slope above, or on the left, is in it: both have weights",
    [FLOW_OTHER_SIDE] =
        "only the slope below, or on the right, is in it: both have weights",
    [FLOW_SUMS] = "the pixels are added where their difference belongs",
    [FLOW_TERMS_APART] = "the slopes are subtracted from each other: both are added",
    [FLOW_Y] = "y stands where its slope belongs",
    [FLOW_ASSIGNED] = "missing +=: the right numbers, but what was there before is lost",
    NULL};

/* What the pixels first to last add to the slope to the right, or down. */
static double slope_with(const WarpImage *t, int mistake, bool down, int first, int last,
                         int k) {
    const Place p = place_with(t, mistake, k);
    int at[4];
    double of[4], x[4], sum = 0;
    Weights w = weights_with(mistake, &p);
    corners(t, mistake, &p, at);
    factors(mistake, &p, of);
    for (int q = A; q <= D; q++)
        x[q] = (double)t->x[at[q]];
    if (mistake == FLOW_Y)
        return of[A] * x[A] + of[B] * x[B] + of[C] * x[C] + of[D] * x[D];
    if (mistake == FLOW_CENTRAL) w = (Weights){1, 1, 1, 1};
    if (mistake == FLOW_ONE_SIDE) w.down = 0, w.right = 0;
    if (mistake == FLOW_OTHER_SIDE) w.up = 0, w.left = 0;
    if (mistake == FLOW_TERMS_APART) w.down = -w.down, w.right = -w.right;
    const double less = mistake == FLOW_SUMS ? 1 : -1;
    const double to_right[4] = {less * w.up, w.up, less * w.down, w.down};
    const double downwards[4] = {less * w.left, less * w.right, w.left, w.right};
    for (int q = first; q <= last; q++)
        sum += (down ? downwards[q] : to_right[q]) * x[q];
    return sum;
}

static bool free_with(const WarpImage *t, int mistake, bool down, int k) {
    const Place p = place_with(t, mistake, k);
    const bool other = mistake == FLOW_OTHER_EDGE;
    const bool is_inside = down != other ? p.inside_y : p.inside_x;
    if (mistake == FLOW_AT_EDGES) return true;
    return is_inside != (mistake == FLOW_ONLY_EDGES);
}

static void flow_of(const WarpImage *t, int mistake, bool down, int first, int last,
                    real *d) {
    const bool of_v = mistake == FLOW_OTHER ? !down : down;
    const real *before = down ? t->before_v : t->before_u;
    for (int k = 0; k < t->h * t->w; k++) {
        double dy = slip(mistake, VALUE_DY, (double)t->dy[k]);
        if (mistake == FLOW_NO_DY) dy = 1;
        if (mistake == FLOW_X_FOR_DY) dy = (double)t->x[k];
        if (mistake == FLOW_TURNED) dy = -dy;
        const bool is_free = free_with(t, mistake, of_v, k);
        d[k] = is_free ? (real)(dy * slope_with(t, mistake, of_v, first, last, k)) : 0;
        if (mistake == FLOW_ASSIGNED && is_free && before) d[k] -= before[k];
    }
}

void warp_du(const void *context, int mistake, real *du) {
    flow_of(context, mistake, false, A, D, du);
}

void warp_dv(const void *context, int mistake, real *dv) {
    flow_of(context, mistake, true, A, D, dv);
}

void warp_flow_term(const WarpImage *t, bool down, int term, real *d) {
    flow_of(t, RIGHT, down, term, term, d);
}
