/* Grades exercise 04: a single bright pixel shows where every weight goes; then random
 * numbers, and the gradient against differences. */
#include "lessons/check/grade.h"

#include <string.h>

typedef struct Sizes {
    int c, h, w, o, k;
} Sizes;

void conv2d(const Sizes *d, const real *x, const real *weight, const real *bias, real *y);
void conv2d_backward(const Sizes *d, const real *dy, const real *weight, real *dx);

#define MOST 400 /* numbers in one array */

typedef struct Layer {
    Sizes d;
    real x[MOST], weight[MOST], bias[8], y[MOST], dy[MOST];
} Layer;

/* The right layer, as the sum of every weight times its pixel. */
static void forward(const Layer *t, real *y) {
    const Sizes d = t->d;
    const int p = (d.k - 1) / 2, plane = d.h * d.w;
    for (int o = 0; o < d.o; o++)
        for (int at = 0; at < plane; at++) {
            real sum = t->bias[o];
            for (int m = 0; m < d.c * d.k * d.k; m++) {
                const int i = at / d.w + m / d.k % d.k - p, j = at % d.w + m % d.k - p;
                if (i >= 0 && i < d.h && j >= 0 && j < d.w)
                    sum += t->weight[o * d.c * d.k * d.k + m] *
                           t->x[(m / d.k / d.k * d.h + i) * d.w + j];
            }
            y[o * plane + at] = sum;
        }
}

/* sum y dy, whose gradient with respect to x is dx. */
static double loss(void *context) {
    Layer *t = context;
    real y[MOST];
    double sum = 0;
    forward(t, y);
    for (int i = 0; i < t->d.o * t->d.h * t->d.w; i++)
        sum += (double)(y[i] * t->dy[i]);
    return sum;
}

static void fill(Rng *rng, int n, real *x) {
    for (int i = 0; i < n; i++)
        x[i] = (real)rng_normal(rng);
}

/* One bright pixel in the middle of 3 x 3: y is the filter, turned. */
static void grade_pixel(Grade *g) {
    Layer t = {.d = {1, 3, 3, 1, 3}, .x = {[4] = 1}, .dy = {[4] = 1}};
    real y[9], dx[9] = {0};
    const GradeHints hints = {.rows = 3, .columns = 3};
    for (int i = 0; i < 9; i++)
        t.weight[i] = (real)(i + 1);
    forward(&t, y);
    conv2d(&t.d, t.x, t.weight, t.bias, t.y);
    grade_numbers(g, "y, when x is one bright pixel", 9, t.y, y, &hints);
    conv2d_backward(&t.d, t.dy, t.weight, dx);
    grade_numbers(g, "dx, when dy is 1 in one place", 9, dx, t.weight, &hints);
}

/* Flat channels, all weights 1: the middle pixel sees k k pixels in each of c channels.
 */
static void grade_sums(Grade *g) {
    Layer t = {.d = {2, 5, 5, 3, 3}, .bias = {1, 1, 1}};
    real dx[MOST] = {0};
    for (int i = 0; i < MOST; i++)
        t.x[i] = t.weight[i] = t.dy[i] = 1;
    conv2d(&t.d, t.x, t.weight, t.bias, t.y);
    grade_number(
        g, "y in the middle of two flat channels", (double)t.y[12], 2 * 9 + 1,
        &(GradeHints){.suspects = {{10.0 / 19, "the sum over c is missing: every "
                                               "channel of x counts"},
                                   {18.0 / 19, "the bias is missing"}}});
    grade_number(g, "y in the corner", (double)t.y[0], 2 * 4 + 1,
                 &(GradeHints){.suspects = {{19.0 / 9, "the zeros around x are missing: "
                                                       "the filter's middle belongs on "
                                                       "the pixel, p back from its "
                                                       "corner"}}});
    conv2d_backward(&t.d, t.dy, t.weight, dx);
    grade_number(g, "dx in the middle, three outputs", (double)dx[12], 3 * 9,
                 &(GradeHints){.suspects = {{1.0 / 3, "the sum over o is missing: every "
                                                      "channel of y used x"}}});
}

static void grade_random(Grade *g) {
    Layer t = {.d = {2, 5, 7, 3, 3}};
    Rng rng = rng_seed(4);
    const Sizes d = t.d;
    real y[MOST], dx[MOST] = {0}, before[MOST], right[MOST];
    fill(&rng, MOST, t.x);
    fill(&rng, MOST, t.weight);
    fill(&rng, MOST, t.dy);
    for (int o = 0; o < d.o; o++)
        t.bias[o] = (real)0.3;
    forward(&t, y);
    conv2d(&d, t.x, t.weight, t.bias, t.y);
    grade_numbers(g, "y, random numbers", 3 * 35, t.y, y,
                  &(GradeHints){.rows = 5, .columns = 7});
    conv2d_backward(&d, t.dy, t.weight, dx);
    grade_gradient(g, "dx, against differences", 2 * 35, t.x, loss, &t, dx,
                   &(GradeHints){.rows = 5, .columns = 7});
    fill(&rng, MOST, before);
    for (int i = 0; i < 2 * 35; i++)
        right[i] = before[i] + dx[i];
    memcpy(dx, before, sizeof dx);
    conv2d_backward(&d, t.dy, t.weight, dx);
    grade_numbers(g, "dx, where there was something before", 2 * 35, dx, right,
                  &(GradeHints){.before = before});
}

static void grade(Grade *g) {
    grade_pixel(g);
    grade_sums(g);
    grade_random(g);
}

int main(void) {
    return grade_run("04_conv", grade);
}
