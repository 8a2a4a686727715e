/* Grades exercise 03: errors by hand, and differences of losses whose gradient is known.
 */
#include "lessons/check/grade.h"

#include <math.h>
#include <string.h>

#include "lessons/check/slips.h"

double relative_error(double a, double b);
void numeric_gradient(size_t n, real *x, double (*loss)(void *context), void *context,
                      double h, real *gradient);

/* ---- relative_error ---- */

typedef struct Pairs {
    int count;
    const double (*pair)[2];
} Pairs;

static const char *const error_whys[] = {
    "",
    "that is the absolute error; a gradient of 1000 may be off by more than one of 0.001",
    "measured against b alone; neither of the two is known to be right, so take the "
    "larger",
    "measured against a alone; neither of the two is known to be right, so take the "
    "larger",
    "measured against the sum; the larger is wanted",
    "measured against the smaller; the larger is wanted",
    "the sign of the difference is left: fabs",
    "|a| and |b| are compared, not a and b: fabs of each before the larger is taken",
    "|a| and |b| are subtracted, not a and b: 3 and -3 are 6 apart",
    "measured against the mean; the larger is wanted",
    "a + b stands where a - b belongs",
    "multiplied by the larger one; divide",
    "|a| and |b| are compared, not a and b: fabs of a is missing",
    "|a| and |b| are compared, not a and b: fabs of b is missing",
    "always 0",
    "0 wherever a is not positive: only where the larger is 0",
    "0 wherever b is not positive: only where the larger is 0",
    "0 wherever the larger is 1 or less: only where it is 0",
    "the larger is subtracted from a: |a - b|",
    "the larger is subtracted from b: |a - b|",
    NULL};

static const char *const error_values[] = {"max(|a|, |b|)", NULL};
enum { LARGEST };

static double error_of(int mistake, double a, double b) {
    const double largest = fmax(fabs(a), fabs(b)), off = fabs(a - b);
    const double over = largest > 0 ? slip(mistake, LARGEST, largest) : 1,
                 signed_max = fmax(a, b);
    switch (mistake) {
    case 1:
        return off;
    case 2:
        return b != 0 ? off / fabs(b) : 0;
    case 3:
        return a != 0 ? off / fabs(a) : 0;
    case 4:
        return largest > 0 ? off / (fabs(a) + fabs(b)) : 0;
    case 5:
        return fmin(fabs(a), fabs(b)) > 0 ? off / fmin(fabs(a), fabs(b)) : 0;
    case 6:
        return (a - b) / over;
    case 7:
        return signed_max > 0 ? off / signed_max : 0;
    case 8:
        return fabs(fabs(a) - fabs(b)) / over;
    case 9:
        return largest > 0 ? 2 * off / (fabs(a) + fabs(b)) : 0;
    case 10:
        return fabs(a + b) / over;
    case 11:
        return off * over;
    case 12:
        return fmax(a, fabs(b)) > 0 ? off / fmax(a, fabs(b)) : 0;
    case 13:
        return fmax(fabs(a), b) > 0 ? off / fmax(fabs(a), b) : 0;
    case 14:
        return 0;
    case 15:
        return a > 0 ? off / over : 0;
    case 16:
        return b > 0 ? off / over : 0;
    case 17:
        return largest > 1 ? off / over : 0;
    case 18:
        return fabs(a - largest) / over;
    case 19:
        return fabs(b - largest) / over;
    default:
        return off / over;
    }
}

static void errors_of(const void *context, int mistake, real *error) {
    const Pairs *p = context;
    for (int k = 0; k < p->count; k++)
        error[k] = (real)error_of(mistake, p->pair[k][0], p->pair[k][1]);
}

static void grade_pairs(Grade *g, const char *what, int count, const double (*pair)[2],
                        const char *otherwise) {
    real *got = grade_room((size_t)count);
    for (int k = 0; k < count; k++)
        got[k] = (real)relative_error(pair[k][0], pair[k][1]);
    grade_formula(g, what, (size_t)count, got, errors_of, &(Pairs){count, pair},
                  error_whys,
                  &(GradeHints){.values = error_values, .otherwise = otherwise});
}

static void grade_errors(Grade *g) {
    static const double positive[][2] = {{5, 4}, {4, 5}, {1, 8}, {7, 7}},
                        negative[][2] = {{-3, 3}, {-5, -4}, {-4, -5}, {2, -6}, {-2, 7}},
                        zeros[][2] = {{0, -4}, {-4, 0}, {0, 5}, {6, 0}},
                        nothing[][2] = {{0, 0}},
                        tiny[][2] = {{3e-12, 1e-12}, {-1e-30, 4e-30}, {2e9, 1e9}};
    grade_pairs(g, "errors of 5 and 4, 4 and 5, 1 and 8, 7 and 7", 4, positive, NULL);
    grade_pairs(g, "errors of -3 and 3, -5 and -4, -4 and -5, 2 and -6, -2 and 7", 5,
                negative, NULL);
    grade_pairs(g, "errors of 0 and -4, -4 and 0, 0 and 5, 6 and 0", 4, zeros, NULL);
    grade_pairs(g, "error of 0 and 0", 1, nothing,
                "where both are 0 there is nothing to divide by: the error is 0");
    grade_pairs(g, "errors of very small and very large numbers", 3, tiny, NULL);
}

/* ---- numeric_gradient ---- */

enum { N = 7 };

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

typedef struct Numeric {
    const real *x;
    double (*loss)(void *context);
    double h;
} Numeric;

static const char *const gradient_whys[] = {
    "",
    "the difference is one-sided: x + h and x",
    "the difference is one-sided: x and x - h",
    "the two probes are two steps apart, so divide by 2 h",
    "down - up where up - down belongs",
    "x[i] is not put back before the next one is moved: it stays at x - h",
    "up + down where up - down belongs",
    "multiplied by 2 h; divide",
    "the difference is not divided by 2 h",
    "divided by 2, not by 2 h",
    "the difference is one-sided, x + h and x, and is divided by 2 h",
    "both probes are on the same side, so that the difference is 0",
    "the second probe is at x - 2 h: start from the number as it was",
    "the difference is one-sided, x and x - h, and is divided by 2 h",
    "2 h in the wrong place: (up - down) / 2 h is (up - down) / (2 * h) in C",
    "h stands where down belongs: up - down",
    "up stands where h belongs: divide by 2 h",
    "up is subtracted from x[i], not h: x - h",
    "x[i] is not put back before the next one is moved: it stays at 0",
    NULL};

static const char *const difference_values[] = {
    "x[i] + h", "loss(x + h)", "x[i] - h", "loss(x - h)", "what is put back to x[i]",
    NULL};
enum { X_UP, UP, X_DOWN, DOWN, BACK };

static void differences(const void *context, int mistake, real *gradient) {
    const Numeric *t = context;
    real x[N];
    memcpy(x, t->x, sizeof x);
    for (int i = 0; i < N; i++) {
        const double h = t->h, before = (double)x[i], here = t->loss(x);
        x[i] = (real)slip(mistake, X_UP, before + h);
        const double up = slip(mistake, UP, t->loss(x));
        x[i] = (real)(before - 2 * h);
        const double far = t->loss(x);
        x[i] = (real)(mistake == 17 ? before - up : slip(mistake, X_DOWN, before - h));
        const double down = slip(mistake, DOWN, t->loss(x));
        if (mistake != 5) x[i] = (real)slip(mistake, BACK, mistake == 18 ? 0 : before);
        const double quotients[] = {(up - down) / (2 * h),
                                    (up - here) / h,
                                    (here - down) / h,
                                    (up - down) / h,
                                    (down - up) / (2 * h),
                                    (up - down) / (2 * h), /* x[i] is not put back */
                                    (up + down) / (2 * h),
                                    (up - down) * (2 * h),
                                    up - down,
                                    (up - down) / 2,
                                    (up - here) / (2 * h),
                                    0,
                                    (up - far) / (2 * h),
                                    (here - down) / (2 * h),
                                    (up - down) / 2 * h,
                                    (up - h) / (2 * h),
                                    (up - down) / (2 * up)};
        const int count = sizeof quotients / sizeof *quotients;
        gradient[i] = (real)quotients[mistake < count ? mistake : 0];
    }
}

static const char *const put_back_whys[] = {
    "", "x stays at x - h: put back the number as it was",
    "x stays at x + h: put back the number as it was", "x stays at 0", NULL};
static const char *const put_back_values[] = {"what is put back to x[i]", NULL};

/* By how much x has moved afterwards. */
static void put_back(const void *context, int mistake, real *moved) {
    const Numeric *t = context;
    for (int i = 0; i < N; i++) {
        const double x = (double)t->x[i], to = mistake == 1   ? x - t->h
                                               : mistake == 2 ? x + t->h
                                               : mistake == 3 ? 0
                                                              : x;
        moved[i] = (real)slip(mistake, 0, to) - t->x[i];
    }
}

/* Differences at x, and x afterwards. */
static void grade_loss(Grade *g, const char *what, const char *what_x, Numeric t) {
    real *x = grade_copy(N, t.x), *gradient = grade_room(N), moved[N];
    numeric_gradient(N, x, t.loss, x, t.h, gradient);
    grade_formula(g, what, N, gradient, differences, &t, gradient_whys,
                  &(GradeHints){.values = difference_values});
    for (int i = 0; i < N; i++)
        moved[i] = x[i] - t.x[i];
    grade_formula(g, what_x, N, moved, put_back, &t, put_back_whys,
                  &(GradeHints){.values = put_back_values});
}

/* x from 1.5 to 2.5, with a step so large that one-sided differences show; then numbers
 * of all sizes: x - h + h is not the same as a very small x, to the last bit. */
static void grade_gradients(Grade *g) {
    Rng rng = grade_rng(3);
    real at[N], gradient[N], right[N];
    for (int i = 0; i < N; i++)
        at[i] = (real)(1.5 + rng_uniform(&rng));
    grade_loss(g, "sum of squares, h = 0.01", "x is put back afterwards",
               (Numeric){at, squares, 0.01});
    for (int i = 0; i < N; i++)
        at[i] = (real)(rng_normal(&rng) * (i ? 1 : 1e-6));
    grade_loss(g, "sum of sin(x_i) x_(i+1), h = 0.0001",
               "x is put back afterwards, to the last bit", (Numeric){at, chain, 1e-4});
    for (int i = 0; i < N; i++)
        right[i] = (real)(cos((double)at[i]) * (double)at[(i + 1) % N] +
                          sin((double)at[(i + N - 1) % N]));
    numeric_gradient(N, at, chain, at, 1e-4, gradient);
    grade_numbers(g, "the same against the formula, called again", N, gradient, right,
                  NULL);
}

static const Part parts[] = {{"relative_error", 5, grade_errors},
                             {"numeric_gradient", 5, grade_gradients},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "03_gradcheck", parts);
}
