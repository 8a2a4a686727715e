#include "lessons/check/pooling.h"

#include <math.h>
#include <string.h>

/* The pixels of a window. */
enum { TOP_LEFT = 1, TOP_RIGHT = 2, BOTTOM_LEFT = 4, BOTTOM_RIGHT = 8 };

/* How a window hands dp on: all 0 is right for max. */
typedef struct Way {
    enum {
        LARGEST,
        LAST_OF_EQUAL,
        EVERY_EQUAL,
        SMALLEST,
        ABOVE_ZERO,
        LARGEST_SIZE,
        CORNER,
        WHOLE
    } who;
    enum { DP, TIMES_X, A_QUARTER } what;
    enum { ROWS, WIDE_ROWS, HALF_LATE, HIGH_ROWS, TRANSPOSED, FIRST_DP } index;
    enum { EVERY, NOT_TOP, NOT_LEFT, NOT_BOTTOM, NOT_RIGHT } windows;
    int left_out; /* pixels of the window that get nothing, or are not looked at */
    bool assigns, side_by_side, minus;
    const char *why;
} Way;

enum { RIGHT }; /* the first way of each function; the others are mistakes */

static const Way max_ways[] = {
    [RIGHT] = {.why = ""},
    {.who = LAST_OF_EQUAL,
     .why = "of equal pixels the last one gets dp; the first is wanted, so > and not >="},
    {.who = EVERY_EQUAL,
     .why = "all pixels that are as large as the largest get dp; only the first does"},
    {.who = SMALLEST, .why = "the smallest pixel gets dp; the largest does"},
    {.who = ABOVE_ZERO,
     .why = "the search for the largest begins at 0, which is larger than numbers below "
            "0: begin with the first pixel"},
    {.who = LARGEST_SIZE,
     .why = "the largest pixel, not the one farthest from 0: no fabs"},
    {.who = CORNER,
     .why = "the first pixel of the window gets dp, whatever is in it: the largest does"},
    {.who = WHOLE,
     .why = "all four pixels get the whole gradient; only the largest does"},
    {.who = WHOLE,
     .what = A_QUARTER,
     .why = "that is the way back through an average: here the largest gets all"},
    {.what = TIMES_X,
     .why = "dp is handed on as it is, not times x: p = x[best] has the slope 1"},
    {.what = A_QUARTER, .why = "the largest pixel gets all of dp, not a quarter of it"},
    {.left_out = TOP_LEFT,
     .why = "the first pixel of a window is not looked at: u, v from 0"},
    {.left_out = TOP_LEFT | TOP_RIGHT,
     .why = "the first row of a window is not looked at: u begins at 0"},
    {.left_out = BOTTOM_LEFT | BOTTOM_RIGHT,
     .why = "the second row of a window is not looked at: u < 2"},
    {.left_out = TOP_LEFT | BOTTOM_LEFT,
     .why = "the first column of a window is not looked at: v begins at 0"},
    {.left_out = TOP_RIGHT | BOTTOM_RIGHT,
     .why = "the second column of a window is not looked at: v < 2"},
    {.left_out = TOP_LEFT | BOTTOM_RIGHT,
     .why = "only two pixels of a window are looked at, the one on the "
            "right and the one below"},
    {.left_out = TOP_RIGHT | BOTTOM_LEFT,
     .why = "only two pixels of a window are looked at, on a diagonal: u "
            "and v are independent"},
    {.left_out = BOTTOM_RIGHT, .why = "the last pixel of a window is not looked at"}};

static const Way avg_ways[] = {
    [RIGHT] = {.who = WHOLE, .what = A_QUARTER, .why = ""},
    {.who = WHOLE,
     .why =
         "pixels are averaged over: each has a quarter of the say, and of the gradient"},
    {.who = CORNER,
     .what = A_QUARTER,
     .why = "only the first pixel of a window gets something: all four do"},
    {.who = WHOLE,
     .what = A_QUARTER,
     .left_out = TOP_LEFT | TOP_RIGHT,
     .why = "the first row of a window gets nothing: u begins at 0"},
    {.who = WHOLE,
     .what = A_QUARTER,
     .left_out = BOTTOM_LEFT | BOTTOM_RIGHT,
     .why = "the second row of a window gets nothing: u < 2"},
    {.who = WHOLE,
     .what = A_QUARTER,
     .left_out = TOP_LEFT | BOTTOM_LEFT,
     .why = "the first column of a window gets nothing: v begins at 0"},
    {.who = WHOLE,
     .what = A_QUARTER,
     .left_out = TOP_RIGHT | BOTTOM_RIGHT,
     .why = "the second column of a window gets nothing: v < 2"},
    {.who = WHOLE,
     .what = A_QUARTER,
     .left_out = TOP_RIGHT | BOTTOM_LEFT,
     .why = "two pixels of a window, on a diagonal, get something: all four do"}};

/* Mistakes of both functions, after those of their own: who gets what is right. */
static const Way common_ways[] = {
    {.index = WIDE_ROWS, .why = "a row of dp has w / 2 numbers, not w"},
    {.index = HALF_LATE,
     .why = "i * w / 2 is (i * w) / 2, which is not i * (w / 2) when w is odd"},
    {.index = HIGH_ROWS, .why = "a row of dp has w / 2 numbers, not h / 2"},
    {.index = TRANSPOSED,
     .why = "dp is read with rows and columns exchanged: dp[i * (w / 2) + j]"},
    {.index = FIRST_DP,
     .why = "every window gets dp[0]; window (i, j) has a number of its own"},
    {.windows = NOT_TOP,
     .why = "the windows of the first row are left out: i begins at 0"},
    {.windows = NOT_LEFT,
     .why = "the windows of the first column are left out: j begins at 0"},
    {.windows = NOT_BOTTOM, .why = "the windows of the last row are left out: i < h / 2"},
    {.windows = NOT_RIGHT,
     .why = "the windows of the last column are left out: j < w / 2"},
    {.side_by_side = true,
     .why = "the windows stand side by side: window (i, j) begins at (2 i, 2 j), "
            "not at (i, j)"},
    {.assigns = true,
     .why = "missing +=: the right numbers, but what was there before is lost; = "
            "stands where += belongs"},
    {.minus = true, .why = "the sign is turned: dp is taken off"}};

enum {
    MAX_WAYS = sizeof max_ways / sizeof *max_ways,
    AVG_WAYS = sizeof avg_ways / sizeof *avg_ways,
    COMMON_WAYS = sizeof common_ways / sizeof *common_ways
};

static Way way_of(const Way *own, int count, int mistake) {
    if (mistake < count) return own[mistake];
    Way way = common_ways[mistake - count];
    way.who = own[RIGHT].who;
    way.what = own[RIGHT].what;
    return way;
}

static bool looked_at(const Way *way, int pixel) {
    return !(way->left_out >> pixel & 1);
}

/* Whether the pixel a is chosen, and no longer b, which comes before it. */
static bool beats(const Way *way, double a, double b) {
    switch (way->who) {
    case LAST_OF_EQUAL:
        return a >= b;
    case SMALLEST:
        return a < b;
    case LARGEST_SIZE:
        return fabs(a) > fabs(b);
    default:
        return a > b;
    }
}

/* The pixel of a window, 0 to 3, that is chosen. */
static int chosen(const Way *way, const real four[4]) {
    int best = 0;
    if (way->who == CORNER) return 0;
    for (int k = 1; k < 4; k++) {
        const bool first = best == 0 && !looked_at(way, 0);
        if (!looked_at(way, k)) continue;
        if (first || beats(way, (double)four[k], (double)four[best])) best = k;
    }
    return way->who == ABOVE_ZERO && four[best] <= 0 ? 0 : best;
}

/* Which number of dp belongs to window (i, j). */
static size_t index_of(const PoolingChannel *t, const Way *way, int i, int j) {
    const int rows = t->h / 2, columns = t->w / 2;
    switch (way->index) {
    case WIDE_ROWS:
        return (size_t)(i * t->w + j);
    case HALF_LATE:
        return (size_t)(i * t->w / 2 + j);
    case HIGH_ROWS:
        return (size_t)(i * rows + j);
    case TRANSPOSED:
        return (size_t)(j * rows + i);
    case FIRST_DP:
        return 0;
    default:
        return (size_t)(i * columns + j);
    }
}

static bool is_left_out(const PoolingChannel *t, const Way *way, int i, int j) {
    switch (way->windows) {
    case NOT_TOP:
        return i == 0;
    case NOT_LEFT:
        return j == 0;
    case NOT_BOTTOM:
        return i == t->h / 2 - 1;
    case NOT_RIGHT:
        return j == t->w / 2 - 1;
    default:
        return false;
    }
}

static bool gets_something(const Way *way, const real four[4], int best, int pixel) {
    switch (way->who) {
    case WHOLE:
        return looked_at(way, pixel);
    case EVERY_EQUAL:
        return four[pixel] >= four[best];
    default:
        return pixel == best;
    }
}

static real share_of(const Way *way, real dp, real x) {
    if (way->minus) dp = -dp;
    switch (way->what) {
    case TIMES_X:
        return dp * x;
    case A_QUARTER:
        return dp / 4;
    default:
        return dp;
    }
}

static void window(const PoolingChannel *t, const Way *way, int i, int j, real *dx) {
    const int step = way->side_by_side ? 1 : 2, corner = step * i * t->w + step * j;
    const int at[] = {corner, corner + 1, corner + t->w, corner + t->w + 1};
    const size_t index = index_of(t, way, i, j);
    const real dp = index < t->out ? t->dp[index] : 0;
    real four[4];
    for (int k = 0; k < 4; k++)
        four[k] = t->x[at[k]];
    const int best = chosen(way, four);
    for (int k = 0; k < 4; k++) {
        if (!gets_something(way, four, best, k)) continue;
        if (way->assigns) dx[at[k]] = t->before ? -t->before[at[k]] : 0;
        dx[at[k]] += share_of(way, dp, four[k]);
    }
}

static void all_windows(const PoolingChannel *t, Way way, real *dx) {
    memset(dx, 0, t->size * sizeof *dx);
    for (int i = 0; i < t->h / 2; i++)
        for (int j = 0; j < t->w / 2; j++)
            if (!is_left_out(t, &way, i, j)) window(t, &way, i, j, dx);
}

void pooling_max_back(const void *context, int mistake, real *dx) {
    all_windows(context, way_of(max_ways, MAX_WAYS, mistake), dx);
}

void pooling_avg_back(const void *context, int mistake, real *dx) {
    all_windows(context, way_of(avg_ways, AVG_WAYS, mistake), dx);
}

const char *pooling_why(bool max, int mistake) {
    const int count = max ? MAX_WAYS : AVG_WAYS;
    if (mistake >= count + COMMON_WAYS) return NULL;
    return way_of(max ? max_ways : avg_ways, count, mistake).why;
}
