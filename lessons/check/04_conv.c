/* Grades exercise 04: a single bright pixel shows where every weight goes; then random
 * numbers, and the gradient against differences. */
#include "lessons/check/grade.h"

#include <string.h>

typedef struct Sizes {
    int c, h, w, o, k;
} Sizes;

void conv2d(const Sizes *d, const real *x, const real *weight, const real *bias, real *y);
void conv2d_backward(const Sizes *d, const real *dy, const real *weight, real *dx);

/* A layer; each array has exactly the required length, y is full of NaN. */
typedef struct Layer {
    Sizes d;
    real *x, *weight, *bias, *y, *dy;
    size_t in, out, taps; /* numbers in x, in y, in weight */
} Layer;

static Layer new_layer(Sizes d) {
    const size_t plane = (size_t)(d.h * d.w), in = (size_t)d.c * plane,
                 out = (size_t)d.o * plane, taps = (size_t)(d.o * d.c * d.k * d.k);
    return (Layer){.d = d,
                   .x = grade_zeros(in),
                   .weight = grade_zeros(taps),
                   .bias = grade_zeros((size_t)d.o),
                   .y = grade_room(out),
                   .dy = grade_zeros(out),
                   .in = in,
                   .out = out,
                   .taps = taps};
}

/* The layer as the sum of every weight times its pixel, p zeros around x. */
static void forward_padded(const Layer *t, int p, real *y) {
    const Sizes d = t->d;
    const int plane = d.h * d.w;
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

/* The right result. */
static void forward(const Layer *t, real *y) {
    forward_padded(t, (t->d.k - 1) / 2, y);
}

/* sum y dy, whose gradient with respect to x is dx. */
static double loss(void *context) {
    Layer *t = context;
    double sum = 0;
    forward(t, t->y);
    for (size_t i = 0; i < t->out; i++)
        sum += (double)(t->y[i] * t->dy[i]);
    return sum;
}

static void fill(Rng *rng, size_t n, real *x) {
    for (size_t i = 0; i < n; i++)
        x[i] = (real)rng_normal(rng);
}

/* One bright pixel in the middle of 3 x 3: y is the filter, rotated. */
static void grade_pixel(Grade *g) {
    Layer t = new_layer((Sizes){1, 3, 3, 1, 3});
    real y[9], *dx = grade_zeros(9);
    const GradeHints hints = {.rows = 3, .columns = 3};
    t.x[4] = t.dy[4] = 1;
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
    Layer t = new_layer((Sizes){2, 5, 5, 3, 3});
    real *dx = grade_zeros(t.in);
    for (size_t i = 0; i < t.in; i++)
        t.x[i] = 1;
    for (size_t i = 0; i < t.out; i++)
        t.dy[i] = 1;
    for (size_t i = 0; i < t.taps; i++)
        t.weight[i] = 1;
    for (int o = 0; o < t.d.o; o++)
        t.bias[o] = 1;
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

static Layer random_layer(Sizes d) {
    Layer t = new_layer(d);
    Rng rng = rng_seed(4);
    fill(&rng, t.in, t.x);
    fill(&rng, t.taps, t.weight);
    fill(&rng, t.out, t.dy);
    for (int o = 0; o < d.o; o++)
        t.bias[o] = (real)0.3;
    return t;
}

static void grade_random(Grade *g) {
    Layer t = random_layer((Sizes){2, 5, 7, 3, 3});
    Rng rng = rng_seed(5);
    real *y = grade_room(t.out), *dx = grade_zeros(t.in);
    real *before = grade_room(t.in), *right = grade_room(t.in);
    forward(&t, y);
    conv2d(&t.d, t.x, t.weight, t.bias, t.y);
    grade_numbers(g, "y, random numbers", t.out, t.y, y,
                  &(GradeHints){.rows = 5, .columns = 7});
    conv2d_backward(&t.d, t.dy, t.weight, dx);
    grade_gradient(g, "dx, against differences", t.in, t.x, loss, &t, dx,
                   &(GradeHints){.rows = 5, .columns = 7});
    fill(&rng, t.in, before);
    for (size_t i = 0; i < t.in; i++)
        right[i] = before[i] + dx[i];
    memcpy(dx, before, t.in * sizeof *dx);
    conv2d_backward(&t.d, t.dy, t.weight, dx);
    grade_numbers(g, "dx, where there was something before", t.in, dx, right,
                  &(GradeHints){.before = before});
}

/* A filter of another size has another p: 0 for 1, and 2 for 5, which is here also larger
 * than the image. */
static void grade_filter(Grade *g, const char *what_y, const char *what_dx, Sizes d) {
    static const char *const one = "p is not always 1: it is (k - 1) / 2";
    Layer t = random_layer(d), other = t;
    real *y = grade_room(t.out), *dx = grade_zeros(t.in);
    real *y_of_one = grade_room(t.out), *dx_of_one = grade_zeros(t.in);
    forward(&t, y);
    forward_padded(&t, 1, y_of_one);
    /* y is linear in x: its gradient is what each pixel alone makes of sum y dy. */
    other.x = grade_zeros(t.in);
    other.bias = grade_zeros((size_t)d.o);
    for (size_t k = 0; k < t.in; k++) {
        other.x[k] = 1;
        forward_padded(&other, 1, other.y);
        for (size_t i = 0; i < t.out; i++)
            dx_of_one[k] += other.y[i] * t.dy[i];
        other.x[k] = 0;
    }
    conv2d(&t.d, t.x, t.weight, t.bias, t.y);
    grade_numbers(g, what_y, t.out, t.y, y, &(GradeHints){.mistakes = {{y_of_one, one}}});
    conv2d_backward(&t.d, t.dy, t.weight, dx);
    grade_gradient(g, what_dx, t.in, t.x, loss, &t, dx,
                   &(GradeHints){.mistakes = {{dx_of_one, one}}});
}

static void grade(Grade *g) {
    grade_pixel(g);
    grade_sums(g);
    grade_random(g);
    grade_filter(g, "y, filters of 1 x 1", "dx, filters of 1 x 1",
                 (Sizes){3, 4, 2, 2, 1});
    grade_filter(g, "y, filters of 5 x 5", "dx, filters of 5 x 5",
                 (Sizes){2, 3, 6, 3, 5});
}

int main(void) {
    return grade_run("04_conv", grade);
}
