/* Grades exercise 05: single windows, equal numbers and numbers below 0, images with odd
 * and even sides, some without any window, and one against differences. */
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"
#include "lessons/check/pooling.h"

#include <math.h>

/* ---- Inputs ---- */

static size_t size_of(int h, int w) {
    return (size_t)(h * w);
}

static PoolingChannel new_channel(int h, int w, real *x, real *dp) {
    return (PoolingChannel){.h = h,
                            .w = w,
                            .size = size_of(h, w),
                            .out = size_of(h / 2, w / 2),
                            .x = x,
                            .dp = dp};
}

static PoolingChannel channel_of(int h, int w, const real *x, const real *dp) {
    real *own_x = grade_copy(size_of(h, w), x);
    real *own_dp = grade_copy(size_of(h / 2, w / 2), dp);
    return new_channel(h, w, own_x, own_dp);
}

static PoolingChannel random_channel(int h, int w, Rng *rng) {
    real *x = grade_random(rng, size_of(h, w));
    real *dp = grade_random(rng, size_of(h / 2, w / 2));
    return new_channel(h, w, x, dp);
}

/* No two numbers are closer to each other than a tenth: the largest stays the largest. */
static PoolingChannel spread_channel(int h, int w, Rng *rng) {
    PoolingChannel t = random_channel(h, w, rng);
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
    Pool pool = {.max = max, .formula = max ? pooling_max_back : pooling_avg_back};
    for (int k = 0; pooling_why(max, k); k++)
        pool.whys[k] = pooling_why(max, k);
    return pool;
}

static void back(const Pool *pool, const PoolingChannel *t, real *dx) {
    if (pool->max)
        max_pool_backward(t->h, t->w, t->x, t->dp, dx);
    else
        avg_pool_backward(t->h, t->w, t->dp, dx);
}

static void grade_channel(Grade *g, const Pool *pool, const char *what,
                          const PoolingChannel *t) {
    real *dx = t->before ? grade_copy(t->size, t->before) : grade_zeros(t->size);
    back(pool, t, dx);
    grade_formula(g, what, t->size, dx, pool->formula, t, pool->whys,
                  &(GradeHints){.rows = t->h, .columns = t->w, .before = t->before});
}

/* ---- Parts ---- */

/* The pooled image times dp; its gradient with respect to x is dx. */
static double loss(const PoolingChannel *t, bool max) {
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
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        const PoolingChannel t = random_channel(sizes[k].h, sizes[k].w, rng);
        grade_channel(g, pool, sizes[k].what, &t);
    }
    PoolingChannel t = spread_channel(5, 7, rng);
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
    const PoolingChannel one =
        channel_of(2, 2, (real[]){(real)1.5, (real)0.5, 3, 2}, (real[]){1});
    grade_channel(g, &pool, "one window, whose third pixel is the largest", &one);
    /* All equal, two equal, and the largest of numbers below 0 in each place. */
    const PoolingChannel equal = channel_of(2, 6,
                                            (real[]){2, 2, 0, 7, 0, -1, //
                                                     2, 2, 7, 0, -1, 0},
                                            (real[]){3, 4, 5});
    grade_channel(g, &pool, "the first of equal pixels", &equal);
    const PoolingChannel below = channel_of(4, 4,
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
    const PoolingChannel one = channel_of(2, 2, (real[]){0, 0, 0, 0}, (real[]){1});
    grade_channel(g, &pool, "one window", &one);
    grade_sizes(g, &pool, &rng);
}

static const Part parts[] = {{"max_pool_backward", 10, grade_max},
                             {"avg_pool_backward", 8, grade_avg},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "05_pooling", parts);
}
