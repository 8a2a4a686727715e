/* Grades exercise 05: single windows, equal numbers and numbers below 0, images with odd
 * and even sides, some without any window, and one against differences. */
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"

#include <math.h>
#include <string.h>

/* One channel; each array has exactly the required length. */
typedef struct Channel {
    int h, w;
    size_t size, out; /* numbers in x, in dp */
    real *x, *dp;
    const real *before; /* in dx; NULL: zeros */
} Channel;

/* ---- What is right, and what comes out with a mistake ---- */

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
    enum { DP, TIMES_X, A_QUARTER, MINUS } what;
    enum { ROWS, WIDE_ROWS, HALF_LATE, HIGH_ROWS, TRANSPOSED, FIRST_DP } index;
    enum { EVERY, NOT_TOP, NOT_LEFT, NOT_BOTTOM, NOT_RIGHT } windows;
    int left_out; /* pixels of the window that get nothing, or are not looked at */
    bool assigns, side_by_side;
    const char *why;
} Way;

#define INDEX_MISTAKES                                                                   \
    {.who = WHO,                                                                         \
     .what = WHAT,                                                                       \
     .index = WIDE_ROWS,                                                                 \
     .why = "a row of dp has w / 2 numbers, not w"},                                     \
        {.who = WHO,                                                                     \
         .what = WHAT,                                                                   \
         .index = HALF_LATE,                                                             \
         .why = "i * w / 2 is (i * w) / 2, which is not i * (w / 2) when w is odd"},     \
        {.who = WHO,                                                                     \
         .what = WHAT,                                                                   \
         .index = HIGH_ROWS,                                                             \
         .why = "a row of dp has w / 2 numbers, not h / 2"},                             \
        {.who = WHO,                                                                     \
         .what = WHAT,                                                                   \
         .index = TRANSPOSED,                                                            \
         .why = "dp is read with rows and columns exchanged: dp[i * (w / 2) + j]"},      \
        {.who = WHO,                                                                     \
         .what = WHAT,                                                                   \
         .index = FIRST_DP,                                                              \
         .why = "every window gets dp[0]; window (i, j) has a number of its own"},       \
        {.who = WHO,                                                                     \
         .what = WHAT,                                                                   \
         .windows = NOT_TOP,                                                             \
         .why = "the windows of the first row are left out: i begins at 0"},             \
        {.who = WHO,                                                                     \
         .what = WHAT,                                                                   \
         .windows = NOT_LEFT,                                                            \
         .why = "the windows of the first column are left out: j begins at 0"},          \
        {.who = WHO,                                                                     \
         .what = WHAT,                                                                   \
         .windows = NOT_BOTTOM,                                                          \
         .why = "the windows of the last row are left out: i < h / 2"},                  \
        {.who = WHO,                                                                     \
         .what = WHAT,                                                                   \
         .windows = NOT_RIGHT,                                                           \
         .why = "the windows of the last column are left out: j < w / 2"},               \
        {.who = WHO,                                                                     \
         .what = WHAT,                                                                   \
         .side_by_side = true,                                                           \
         .why = "the windows stand side by side: window (i, j) begins at (2 i, 2 j), "   \
                "not at (i, j)"},                                                        \
        {.who = WHO,                                                                     \
         .what = WHAT,                                                                   \
         .assigns = true,                                                                \
         .why = "missing +=: the right numbers, but what was there before is lost; = "   \
                "stands where += belongs"},                                              \
    {                                                                                    \
        .who = WHO, .what = MINUS, .why = "the sign is turned: dp is taken off"          \
    }

#define WHO LARGEST
#define WHAT DP
static const Way max_ways[] = {
    {.why = ""},
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
    {.left_out = 1, .why = "the first pixel of a window is not looked at: u, v from 0"},
    {.left_out = 3, .why = "the first row of a window is not looked at: u begins at 0"},
    {.left_out = 12, .why = "the second row of a window is not looked at: u < 2"},
    {.left_out = 5,
     .why = "the first column of a window is not looked at: v begins at 0"},
    {.left_out = 10, .why = "the second column of a window is not looked at: v < 2"},
    {.left_out = 9,
     .why = "only two pixels of a window are looked at, the one on the "
            "right and the one below"},
    {.left_out = 6,
     .why = "only two pixels of a window are looked at, on a diagonal: u "
            "and v are independent"},
    {.left_out = 8, .why = "the last pixel of a window is not looked at"},
    INDEX_MISTAKES};
#undef WHO
#undef WHAT
#define WHO WHOLE
#define WHAT A_QUARTER
static const Way avg_ways[] = {
    {.who = WHOLE, .what = A_QUARTER, .why = ""},
    {.who = WHOLE,
     .why =
         "pixels are averaged over: each has a quarter of the say, and of the gradient"},
    {.who = CORNER,
     .what = A_QUARTER,
     .why = "only the first pixel of a window gets something: all four do"},
    {.who = WHOLE,
     .what = A_QUARTER,
     .left_out = 3,
     .why = "the first row of a window gets nothing: u begins at 0"},
    {.who = WHOLE,
     .what = A_QUARTER,
     .left_out = 12,
     .why = "the second row of a window gets nothing: u < 2"},
    {.who = WHOLE,
     .what = A_QUARTER,
     .left_out = 5,
     .why = "the first column of a window gets nothing: v begins at 0"},
    {.who = WHOLE,
     .what = A_QUARTER,
     .left_out = 10,
     .why = "the second column of a window gets nothing: v < 2"},
    {.who = WHOLE,
     .what = A_QUARTER,
     .left_out = 6,
     .why = "two pixels of a window, on a diagonal, get something: all four do"},
    INDEX_MISTAKES};
enum {
    MAX_WAYS = sizeof max_ways / sizeof *max_ways,
    AVG_WAYS = sizeof avg_ways / sizeof *avg_ways
};

/* The pixel of a window, 0 to 3, that is chosen; -1 for none. */
static int chosen(const Way *way, const real four[4]) {
    const real sign = way->who == SMALLEST ? -1 : 1;
    int best = 0;
    if (way->who == CORNER) return 0;
    for (int k = 1; k < 4; k++) {
        const double a = (double)(sign * four[k]), b = (double)(sign * four[best]);
        const bool more = way->who == LARGEST_SIZE    ? fabs(a) > fabs(b)
                          : way->who == LAST_OF_EQUAL ? a >= b
                                                      : a > b;
        if (more && !(way->left_out >> k & 1)) best = k;
        if ((way->left_out & 1) && best == 0 && !(way->left_out >> k & 1)) best = k;
    }
    return way->who == ABOVE_ZERO && four[best] <= 0 ? 0 : best;
}

static size_t index_of(const Channel *t, const Way *way, int i, int j) {
    const int at[] = {i * (t->w / 2) + j, i * t->w + j,       i * t->w / 2 + j,
                      i * (t->h / 2) + j, j * (t->h / 2) + i, 0};
    return (size_t)at[way->index];
}

static bool left_out(const Channel *t, const Way *way, int i, int j) {
    return (way->windows == NOT_TOP && i == 0) || (way->windows == NOT_LEFT && j == 0) ||
           (way->windows == NOT_BOTTOM && i == t->h / 2 - 1) ||
           (way->windows == NOT_RIGHT && j == t->w / 2 - 1);
}

static void window(const Channel *t, const Way *way, int i, int j, real *dx) {
    const int step = way->side_by_side ? 1 : 2, corner = step * i * t->w + step * j;
    const int at[] = {corner, corner + 1, corner + t->w, corner + t->w + 1};
    const size_t index = index_of(t, way, i, j);
    const real dp = index < t->out ? t->dp[index] : 0;
    real four[4];
    for (int k = 0; k < 4; k++)
        four[k] = t->x[at[k]];
    const int best = chosen(way, four);
    for (int k = 0; k < 4; k++) {
        const bool gets = way->who == WHOLE         ? !(way->left_out >> k & 1)
                          : way->who == EVERY_EQUAL ? four[k] >= four[best]
                                                    : k == best;
        if (!gets) continue;
        const real share = way->what == TIMES_X     ? dp * four[k]
                           : way->what == A_QUARTER ? dp / 4
                           : way->what == MINUS     ? -dp / (way->who == WHOLE ? 4 : 1)
                                                    : dp;
        if (way->assigns) dx[at[k]] = t->before ? -t->before[at[k]] : 0;
        dx[at[k]] += share;
    }
}

static void all_windows(const Channel *t, const Way *way, real *dx) {
    memset(dx, 0, t->size * sizeof *dx);
    for (int i = 0; i < t->h / 2; i++)
        for (int j = 0; j < t->w / 2; j++)
            if (!left_out(t, way, i, j)) window(t, way, i, j, dx);
}

static void max_back(const void *context, int mistake, real *dx) {
    all_windows(context, &max_ways[mistake], dx);
}

static void avg_back(const void *context, int mistake, real *dx) {
    all_windows(context, &avg_ways[mistake], dx);
}

/* ---- Inputs ---- */

static Channel channel_of(int h, int w, const real *x, const real *dp) {
    const size_t size = (size_t)(h * w), out = (size_t)((h / 2) * (w / 2));
    return (Channel){h, w, size, out, grade_copy(size, x), grade_copy(out, dp), NULL};
}

static Channel random_channel(int h, int w, Rng *rng) {
    const size_t size = (size_t)(h * w), out = (size_t)((h / 2) * (w / 2));
    return (Channel){h,   w, size, out, grade_random(rng, size), grade_random(rng, out),
                     NULL};
}

/* No two numbers are closer to each other than a tenth: the largest stays the largest. */
static Channel spread_channel(int h, int w, Rng *rng) {
    Channel t = random_channel(h, w, rng);
    for (size_t i = 0; i < t.size; i++)
        t.x[i] = (real)i / 10 - 2;
    for (size_t i = t.size - 1; i > 0; i--) {
        const size_t j = rng_below(rng, (uint32_t)i + 1);
        const real kept = t.x[i];
        t.x[i] = t.x[j];
        t.x[j] = kept;
    }
    return t;
}

/* A grader of one of the two functions. */
typedef struct Pool {
    bool max;
    Formula *formula;
    const char *whys[MISTAKES + 1];
} Pool;

static Pool pool_of(bool max) {
    Pool pool = {.max = max, .formula = max ? max_back : avg_back};
    for (int k = 0; k < (max ? MAX_WAYS : AVG_WAYS); k++)
        pool.whys[k] = max ? max_ways[k].why : avg_ways[k].why;
    return pool;
}

static void back(const Pool *pool, const Channel *t, real *dx) {
    if (pool->max)
        max_pool_backward(t->h, t->w, t->x, t->dp, dx);
    else
        avg_pool_backward(t->h, t->w, t->dp, dx);
}

static void grade_channel(Grade *g, const Pool *pool, const char *what,
                          const Channel *t) {
    real *dx = t->before ? grade_copy(t->size, t->before) : grade_zeros(t->size);
    back(pool, t, dx);
    grade_formula(g, what, t->size, dx, pool->formula, t, pool->whys,
                  &(GradeHints){.rows = t->h, .columns = t->w, .before = t->before});
}

/* ---- Parts ---- */

/* The pooled image times dp; its gradient with respect to x is dx. */
static double loss(const Channel *t, bool max) {
    double sum = 0;
    for (int k = 0; k < (int)t->out; k++) {
        const real *g = t->x + k / (t->w / 2) * 2 * t->w + k % (t->w / 2) * 2;
        const double a = (double)g[0], b = (double)g[1], c = (double)g[t->w],
                     d = (double)g[t->w + 1];
        sum +=
            (double)t->dp[k] * (max ? fmax(fmax(a, b), fmax(c, d)) : (a + b + c + d) / 4);
    }
    return sum;
}

static double loss_max(void *context) {
    return loss(context, true);
}

static double loss_avg(void *context) {
    return loss(context, false);
}

static void grade_sizes(Grade *g, const Pool *pool, Rng *rng) {
    static const struct {
        const char *what;
        int h, w;
    } sizes[] = {{"6 x 5", 6, 5},
                 {"8 x 6", 8, 6},
                 {"7 x 9", 7, 9},
                 {"2 x 9", 2, 9},
                 {"1 x 5, which has no window", 1, 5}};
    for (int k = 0; k < 5; k++) {
        const Channel t = random_channel(sizes[k].h, sizes[k].w, rng);
        grade_channel(g, pool, sizes[k].what, &t);
    }
    Channel t = spread_channel(5, 7, rng);
    real *dx = grade_zeros(t.size);
    back(pool, &t, dx);
    const GradeHints shape = {.rows = 5, .columns = 7};
    const GradeHints hints =
        grade_mistakes(t.size, pool->formula, &t, pool->whys, &shape);
    grade_gradient(g, "5 x 7, against differences", t.size, t.x,
                   pool->max ? loss_max : loss_avg, &t, dx, &hints);
    t.before = grade_random(rng, t.size);
    grade_channel(g, pool, "5 x 7, where there was something before", &t);
}

static void grade_max(Grade *g) {
    const Pool pool = pool_of(true);
    Rng rng = grade_rng(5);
    const Channel one =
        channel_of(2, 2, (real[]){(real)1.5, (real)0.5, 3, 2}, (real[]){1});
    grade_channel(g, &pool, "one window, whose third pixel is the largest", &one);
    /* All equal, two equal, and the largest of numbers below 0 in each place. */
    const Channel equal = channel_of(2, 6,
                                     (real[]){2, 2, 0, 7, 0, -1, //
                                              2, 2, 7, 0, -1, 0},
                                     (real[]){3, 4, 5});
    grade_channel(g, &pool, "the first of equal pixels", &equal);
    const Channel below = channel_of(4, 4,
                                     (real[]){-2, -1, -3, -4, //
                                              -1, -5, -4, -9, //
                                              -8, -6, -7, -5, //
                                              -3, -7, -6, -2},
                                     (real[]){5, 7, -1, 2});
    grade_channel(g, &pool, "numbers below 0", &below);
    grade_sizes(g, &pool, &rng);
}

static void grade_avg(Grade *g) {
    const Pool pool = pool_of(false);
    Rng rng = grade_rng(6);
    const Channel one = channel_of(2, 2, (real[]){0, 0, 0, 0}, (real[]){1});
    grade_channel(g, &pool, "one window", &one);
    grade_sizes(g, &pool, &rng);
}

static const Part parts[] = {{"max_pool_backward", 10, grade_max},
                             {"avg_pool_backward", 8, grade_avg},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "05_pooling", parts);
}
