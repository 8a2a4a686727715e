/* Grades exercise 05: one window, random numbers against differences, an odd size. */
#include "lessons/check/grade.h"

#include <string.h>

void max_pool_backward(int h, int w, const real *x, const real *dp, real *dx);
void avg_pool_backward(int h, int w, const real *dp, real *dx);

#define H 5
#define W 7
#define OUT ((H / 2) * (W / 2))

typedef struct Channel {
    real x[H * W], dp[OUT];
} Channel;

/* sum p dp; its gradient with respect to x is dx. */
static double loss(const Channel *t, bool max) {
    double sum = 0;
    for (int k = 0; k < OUT; k++) {
        const real *g = t->x + k / (W / 2) * 2 * W + k % (W / 2) * 2;
        const real all[] = {g[0], g[1], g[W], g[W + 1]};
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

static void fill(Rng *rng, int n, real *x) {
    for (int i = 0; i < n; i++)
        x[i] = (real)rng_normal(rng);
}

/* One window, dp = 1, the largest pixel is 3. */
static void grade_window(Grade *g) {
    const real x[] = {(real)1.5, (real)0.5, 3, 2}, dp[] = {1};
    real dx[4] = {0};
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
    const real equal[] = {2, 2, 2, 2};
    memset(dx, 0, sizeof dx);
    max_pool_backward(2, 2, equal, dp, dx);
    grade_number(g, "max: the first of equal pixels", (double)dx[0], 1, NULL);
    memset(dx, 0, sizeof dx);
    avg_pool_backward(2, 2, dp, dx);
    grade_number(g, "average: each pixel's share", (double)dx[3], 0.25,
                 &(GradeHints){.suspects = {{4, "pixels are averaged over: each has a "
                                                "quarter of the say, and of the "
                                                "gradient"}}});
}

/* At the pixels that get something, `alone` when dx begins with zeros. */
static void grade_added(Grade *g, const char *what, const Channel *t, bool max,
                        const real *alone) {
    Rng rng = rng_seed(6);
    real dx[H * W], all[H * W], got[H * W], before[H * W], right[H * W];
    size_t n = 0;
    fill(&rng, H * W, all);
    memcpy(dx, all, sizeof dx);
    if (max)
        max_pool_backward(H, W, t->x, t->dp, dx);
    else
        avg_pool_backward(H, W, t->dp, dx);
    for (int i = 0; i < H * W; i++) {
        if (alone[i] == 0) continue;
        got[n] = dx[i];
        before[n] = all[i];
        right[n++] = all[i] + alone[i];
    }
    grade_numbers(g, what, n, got, right, &(GradeHints){.before = before});
}

static void grade_random(Grade *g) {
    Channel t;
    Rng rng = rng_seed(5);
    real dx[2][H * W] = {{0}};
    const GradeHints hints = {.rows = H, .columns = W};
    fill(&rng, H * W, t.x);
    fill(&rng, OUT, t.dp);
    max_pool_backward(H, W, t.x, t.dp, dx[0]);
    grade_gradient(g, "max, 5 x 7, against differences", H * W, t.x, loss_max, &t, dx[0],
                   &hints);
    avg_pool_backward(H, W, t.dp, dx[1]);
    grade_gradient(g, "average, 5 x 7, against differences", H * W, t.x, loss_avg, &t,
                   dx[1], &hints);
    grade_added(g, "max, where there was something before", &t, true, dx[0]);
    grade_added(g, "average, where there was something before", &t, false, dx[1]);
}

static void grade(Grade *g) {
    grade_window(g);
    grade_random(g);
}

int main(void) {
    return grade_run("05_pooling", grade);
}
