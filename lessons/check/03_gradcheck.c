/* Grades exercise 03: errors by hand, a square whose one-sided difference is known, and a
 * loss with products of neighbours. */
#include "lessons/check/grade.h"

#include <math.h>

double relative_error(double a, double b);
void numeric_gradient(size_t n, real *x, double (*loss)(void *context), void *context,
                      double h, real *gradient);

#define N 7

static double squares(void *context) {
    const real *x = context;
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += (double)(x[i] * x[i]);
    return sum;
}

/* A sum of products of neighbours: an element that is not restored changes the next. */
static double chain(void *context) {
    const real *x = context;
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += sin((double)x[i]) * (double)x[(i + 1) % N];
    return sum;
}

static void grade_errors(Grade *g) {
    const GradeHints hints = {
        .suspects = {{5, "that is the absolute error; a gradient of 1000 may be off by "
                         "more than one of 0.001"},
                     {1.25, "measured against b alone; neither of the two is known to be "
                            "right, so take the larger"},
                     {-1, "it is the sign of the difference that is left: fabs"},
                     {5.0 / 9, "measured against the sum; the larger is wanted"}}};
    grade_number(g, "error of 5 and 4", relative_error(5, 4), 0.2, &hints);
    grade_number(g, "error of 4 and 5", relative_error(4, 5), 0.2, &hints);
    grade_number(g, "error of -3 and 3", relative_error(-3, 3), 2, NULL);
    /* 1 / 5. The larger of -5 and -4 is -4, and that of 0 and -4 is 0. */
    static const char *const size = "|a| and |b| are compared, not a and b: fabs";
    grade_number(g, "error of -5 and -4", relative_error(-5, -4), 0.2,
                 &(GradeHints){.suspects = {{-1.25, size}, {1.25, size}, {0, size}}});
    grade_number(g, "error of -4 and -5", relative_error(-4, -5), 0.2,
                 &(GradeHints){.suspects = {{-1.25, size}, {1.25, size}, {0, size}}});
    grade_number(g, "error of 0 and -4", relative_error(0, -4), 1,
                 &(GradeHints){.suspects = {{0, size}}});
    grade_number(g, "error of 0 and 0", relative_error(0, 0), 0, NULL);
}

static void grade_squares(Grade *g) {
    const double h = 0.01, at = 2; /* (x +- h)^2 = x^2 +- 2 x h + h^2 */
    real *x = grade_room(N), *gradient = grade_room(N), right[N];
    for (int i = 0; i < N; i++) {
        x[i] = (real)at;
        right[i] = (real)(2 * at);
    }
    numeric_gradient(N, x, squares, x, h, gradient);
    grade_numbers(
        g, "sum of squares at 2, h = 0.01", N, gradient, right,
        &(GradeHints){
            .suspects = {{1 + h / (2 * at), "the difference is one-sided: x + h and x"},
                         {1 - h / (2 * at), "the difference is one-sided: x and x - h"},
                         {2, "the two probes are two steps apart, so divide by 2 h"},
                         {-1, "down - up where up - down belongs"}}});
}

static void grade_chain(Grade *g) {
    real *x = grade_room(N), *gradient = grade_room(N), before[N], right[N];
    Rng rng = rng_seed(3);
    double moved = 0;
    for (int i = 0; i < N; i++)
        before[i] = x[i] = (real)(rng_normal(&rng) * (i ? 1 : 1e-6)); /* one is tiny */
    for (int i = 0; i < N; i++)
        right[i] = (real)(cos((double)x[i]) * (double)x[(i + 1) % N] +
                          sin((double)x[(i + N - 1) % N]));
    numeric_gradient(N, x, chain, x, 1e-4, gradient);
    for (int i = 0; i < N; i++)
        moved = fmax(moved, fabs((double)(x[i] - before[i])));
    grade_number(g, "x is put back afterwards, to the last bit", moved, 0, NULL);
    grade_numbers(g, "sum of sin(x_i) x_(i+1)", N, gradient, right, NULL);
}

static void grade(Grade *g) {
    grade_errors(g);
    grade_squares(g);
    grade_chain(g);
}

int main(void) {
    return grade_run("03_gradcheck", grade);
}
