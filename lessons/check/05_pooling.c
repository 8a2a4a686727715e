/* Grades exercise 05: one window, random numbers against differences, an odd size. */
#include "lessons/check/grade.h"

void max_pool_backward(int h, int w, const real *x, const real *dp, real *dx);
void avg_pool_backward(int h, int w, const real *dp, real *dx);

/* One channel; each array has exactly the required length. */
typedef struct Channel {
    int h, w;
    size_t size, out; /* numbers in x, in dp */
    real *x, *dp;
} Channel;

static Channel new_channel(int h, int w) {
    const size_t size = (size_t)(h * w), out = (size_t)((h / 2) * (w / 2));
    return (Channel){h, w, size, out, grade_room(size), grade_room(out)};
}

/* sum p dp; its gradient with respect to x is dx. */
static double loss(const Channel *t, bool max) {
    const int w = t->w, across = w / 2;
    double sum = 0;
    for (int k = 0; k < (int)t->out; k++) {
        const real *g = t->x + k / across * 2 * w + k % across * 2;
        const real all[] = {g[0], g[1], g[w], g[w + 1]};
        real p = max ? all[0] : 0;
        for (int i = 0; i < 4; i++)
            p = !max ? p + all[i] / 4 : all[i] > p ? all[i] : p;
        sum += (double)(p * t->dp[k]);
    }
    return sum;
}

static double loss_max(void *context) {
    return loss(context, true);
}

static double loss_avg(void *context) {
    return loss(context, false);
}

static void fill(Rng *rng, size_t n, real *x) {
    for (size_t i = 0; i < n; i++)
        x[i] = (real)rng_normal(rng);
}

/* One window, dp = 1, the largest pixel is 3. */
static void grade_window(Grade *g) {
    const real *x = grade_copy(4, (real[]){(real)1.5, (real)0.5, 3, 2});
    const real *dp = grade_copy(1, (real[]){1});
    real *dx = grade_zeros(4);
    max_pool_backward(2, 2, x, dp, dx);
    const GradeHints hints = {
        .suspects = {{3, "dp is handed on as it is, not times x: p = x[best] has the "
                         "slope 1"}}};
    grade_number(g,
                 dx[1] > dx[2]   ? "max: the largest pixel (yours is the smallest pixel)"
                 : dx[0] > dx[2] ? "max: the largest pixel (yours is the first pixel "
                                   "of the window)"
                                 : "max: the largest pixel",
                 (double)dx[2], 1, &hints);
    grade_number(g, "max: what all pixels get together",
                 (double)(dx[0] + dx[1] + dx[2] + dx[3]), 1,
                 &(GradeHints){.suspects = {{4, "all four pixels get the whole gradient; "
                                                "only the largest does"},
                                            {3, "dp is handed on as it is, not times "
                                                "x"}}});
    real *first = grade_zeros(4);
    max_pool_backward(2, 2, grade_copy(4, (real[]){2, 2, 2, 2}), dp, first);
    grade_number(g, "max: the first of equal pixels", (double)first[0], 1, NULL);
    dx = grade_zeros(4);
    avg_pool_backward(2, 2, dp, dx);
    grade_number(g, "average: each pixel's share", (double)dx[3], 0.25,
                 &(GradeHints){.suspects = {{4, "pixels are averaged over: each has a "
                                                "quarter of the say, and of the "
                                                "gradient"}}});
}

static void back(const Channel *t, bool max, real *dx) {
    if (max)
        max_pool_backward(t->h, t->w, t->x, t->dp, dx);
    else
        avg_pool_backward(t->h, t->w, t->dp, dx);
}

/* At the pixels that get something, `alone` when dx begins with zeros. */
static void grade_added(Grade *g, const char *what, const Channel *t, bool max,
                        const real *alone) {
    Rng rng = rng_seed(6);
    real *all = grade_room(t->size), *before = grade_room(t->size);
    real *got = grade_room(t->size), *right = grade_room(t->size);
    size_t n = 0;
    fill(&rng, t->size, all);
    real *dx = grade_copy(t->size, all);
    back(t, max, dx);
    for (size_t i = 0; i < t->size; i++) {
        if (alone[i] == 0) continue;
        got[n] = dx[i];
        before[n] = all[i];
        right[n++] = all[i] + alone[i];
    }
    grade_numbers(g, what, n, got, right, &(GradeHints){.before = before});
}

/* Random numbers; a height of 6 or more has windows in a third row, where i w / 2 and
 * i (w / 2) are no longer the same for an odd w. */
static void grade_random(Grade *g, int h, int w, const char *max, const char *average) {
    Channel t = new_channel(h, w);
    Rng rng = rng_seed(5);
    real *dx[2] = {grade_zeros(t.size), grade_zeros(t.size)};
    const GradeHints hints = {.rows = h, .columns = w};
    fill(&rng, t.size, t.x);
    fill(&rng, t.out, t.dp);
    back(&t, true, dx[0]);
    grade_gradient(g, max, t.size, t.x, loss_max, &t, dx[0], &hints);
    back(&t, false, dx[1]);
    grade_gradient(g, average, t.size, t.x, loss_avg, &t, dx[1], &hints);
    if (h != 5) return;
    grade_added(g, "max, where there was something before", &t, true, dx[0]);
    grade_added(g, "average, where there was something before", &t, false, dx[1]);
}

/* Two windows, all numbers below 0, two of them equal: the larger pair is -1 and -1, and
 * the first of it gets all. */
static void grade_below_zero(Grade *g) {
    const Channel t = {2,
                       4,
                       8,
                       2,
                       grade_copy(8, (real[]){-2, -1, -3, -4, //
                                              -1, -5, -4, -3}),
                       grade_copy(2, (real[]){5, 7})};
    real *dx = grade_zeros(8);
    back(&t, true, dx);
    grade_numbers(g, "max, of numbers below 0 and equal ones", 8, dx,
                  (const real[]){0, 5, 7, 0, //
                                 0, 0, 0, 0},
                  NULL);
}

static void grade(Grade *g) {
    grade_window(g);
    grade_below_zero(g);
    grade_random(g, 5, 7, "max, 5 x 7, against differences",
                 "average, 5 x 7, against differences");
    grade_random(g, 8, 6, "max, 8 x 6, against differences",
                 "average, 8 x 6, against differences");
    grade_random(g, 7, 9, "max, 7 x 9, against differences",
                 "average, 7 x 9, against differences");
}

int main(void) {
    return grade_run("05_pooling", grade);
}
