/* Grades exercise 03: errors by hand, and differences of losses whose gradient is known.
 */
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"

#include <math.h>
#include <string.h>

#include "lessons/check/slips.h"

/* ---- relative_error ---- */

typedef struct Pairs {
    int count;
    const double (*pair)[2];
} Pairs;

enum {
    RIGHT,
    ABSOLUTE,
    OVER_B,
    OVER_A,
    OVER_SUM,
    OVER_SMALLER,
    SIGN_LEFT,
    SIGNED_LARGEST,
    SIZES_SUBTRACTED,
    OVER_MEAN,
    ADDED,
    MULTIPLIED,
    SIGNED_A,
    SIGNED_B,
    ALWAYS_0,
    ZERO_FOR_A,
    ZERO_FOR_B,
    ZERO_UP_TO_1,
    LARGEST_FROM_A,
    LARGEST_FROM_B
};

static const char *const error_whys[] = {
    [RIGHT] = "",
    [ABSOLUTE] = "that is the absolute error; a gradient of 1000 may be off by more than "
                 "one of 0.001",
    [OVER_B] = "measured against b alone; neither of the two is known to be right, so "
               "take the larger",
    [OVER_A] = "measured against a alone; neither of the two is known to be right, so "
               "take the larger",
    [OVER_SUM] = "measured against the sum; the larger is wanted",
    [OVER_SMALLER] = "measured against the smaller; the larger is wanted",
    [SIGN_LEFT] = "the sign of the difference is left: fabs",
    [SIGNED_LARGEST] =
        "|a| and |b| are compared, not a and b: fabs of each before the larger is taken",
    [SIZES_SUBTRACTED] = "|a| and |b| are subtracted, not a and b: 3 and -3 are 6 apart",
    [OVER_MEAN] = "measured against the mean; the larger is wanted",
    [ADDED] = "a + b stands where a - b belongs",
    [MULTIPLIED] = "multiplied by the larger one; divide",
    [SIGNED_A] = "|a| and |b| are compared, not a and b: fabs of a is missing",
    [SIGNED_B] = "|a| and |b| are compared, not a and b: fabs of b is missing",
    [ALWAYS_0] = "always 0",
    [ZERO_FOR_A] = "0 wherever a is not positive: only where the larger is 0",
    [ZERO_FOR_B] = "0 wherever b is not positive: only where the larger is 0",
    [ZERO_UP_TO_1] = "0 wherever the larger is 1 or less: only where it is 0",
    [LARGEST_FROM_A] = "the larger is subtracted from a: |a - b|",
    [LARGEST_FROM_B] = "the larger is subtracted from b: |a - b|",
    NULL};

enum { LARGEST };
static const char *const error_values[] = {[LARGEST] = "max(|a|, |b|)", NULL};

static double error_of(int mistake, double a, double b) {
    const double largest = fmax(fabs(a), fabs(b)), off = fabs(a - b);
    const double over = largest > 0 ? slip(mistake, LARGEST, largest) : 1;
    const double signed_max = fmax(a, b);
    switch (mistake) {
    case ABSOLUTE:
        return off;
    case OVER_B:
        return b != 0 ? off / fabs(b) : 0;
    case OVER_A:
        return a != 0 ? off / fabs(a) : 0;
    case OVER_SUM:
        return largest > 0 ? off / (fabs(a) + fabs(b)) : 0;
    case OVER_SMALLER:
        return fmin(fabs(a), fabs(b)) > 0 ? off / fmin(fabs(a), fabs(b)) : 0;
    case SIGN_LEFT:
        return (a - b) / over;
    case SIGNED_LARGEST:
        return signed_max > 0 ? off / signed_max : 0;
    case SIZES_SUBTRACTED:
        return fabs(fabs(a) - fabs(b)) / over;
    case OVER_MEAN:
        return largest > 0 ? 2 * off / (fabs(a) + fabs(b)) : 0;
    case ADDED:
        return fabs(a + b) / over;
    case MULTIPLIED:
        return off * over;
    case SIGNED_A:
        return fmax(a, fabs(b)) > 0 ? off / fmax(a, fabs(b)) : 0;
    case SIGNED_B:
        return fmax(fabs(a), b) > 0 ? off / fmax(fabs(a), b) : 0;
    case ALWAYS_0:
        return 0;
    case ZERO_FOR_A:
        return a > 0 ? off / over : 0;
    case ZERO_FOR_B:
        return b > 0 ? off / over : 0;
    case ZERO_UP_TO_1:
        return largest > 1 ? off / over : 0;
    case LARGEST_FROM_A:
        return fabs(a - largest) / over;
    case LARGEST_FROM_B:
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

enum {
    DIFF_X_AND_UP = 1,
    DIFF_DOWN_AND_X,
    DIFF_OVER_H,
    DIFF_TURNED,
    DIFF_STAYS_DOWN,
    DIFF_ADDED,
    DIFF_MULTIPLIED,
    DIFF_NOT_DIVIDED,
    DIFF_OVER_2,
    DIFF_X_AND_UP_OVER_2H,
    DIFF_ONE_SIDE,
    DIFF_TWO_STEPS,
    DIFF_DOWN_AND_X_OVER_2H,
    DIFF_TIMES_H,
    DIFF_H_FOR_DOWN,
    DIFF_UP_FOR_H,
    DIFF_X_MINUS_UP,
    DIFF_STAYS_0
};

static const char *const gradient_whys[] = {
    [RIGHT] = "",
    [DIFF_X_AND_UP] = "the difference is one-sided: x + h and x",
    [DIFF_DOWN_AND_X] = "the difference is one-sided: x and x - h",
    [DIFF_OVER_H] = "the two probes are two steps apart, so divide by 2 h",
    [DIFF_TURNED] = "down - up where up - down belongs",
    [DIFF_STAYS_DOWN] =
        "x[i] is not put back before the next one is moved: it stays at x - h",
    [DIFF_ADDED] = "up + down where up - down belongs",
    [DIFF_MULTIPLIED] = "multiplied by 2 h; divide",
    [DIFF_NOT_DIVIDED] = "the difference is not divided by 2 h",
    [DIFF_OVER_2] = "divided by 2, not by 2 h",
    [DIFF_X_AND_UP_OVER_2H] =
        "the difference is one-sided, x + h and x, and is divided by 2 h",
    [DIFF_ONE_SIDE] = "both probes are on the same side, so that the difference is 0",
    [DIFF_TWO_STEPS] = "the second probe is at x - 2 h: start from the number as it was",
    [DIFF_DOWN_AND_X_OVER_2H] =
        "the difference is one-sided, x and x - h, and is divided by 2 h",
    [DIFF_TIMES_H] =
        "2 h in the wrong place: (up - down) / 2 h is (up - down) / (2 * h) in C",
    [DIFF_H_FOR_DOWN] = "h stands where down belongs: up - down",
    [DIFF_UP_FOR_H] = "up stands where h belongs: divide by 2 h",
    [DIFF_X_MINUS_UP] = "up is subtracted from x[i], not h: x - h",
    [DIFF_STAYS_0] = "x[i] is not put back before the next one is moved: it stays at 0",
    NULL};

enum { X_UP, UP, X_DOWN, DOWN, BACK };
static const char *const difference_values[] = {[X_UP] = "x[i] + h",
                                                [UP] = "loss(x + h)",
                                                [X_DOWN] = "x[i] - h",
                                                [DOWN] = "loss(x - h)",
                                                [BACK] = "what is put back to x[i]",
                                                NULL};

/* What is known about number i of x: the loss at x, x + h, x - h and x - 2 h. */
typedef struct Probes {
    double h, here, up, down, far;
} Probes;

static double quotient(const Probes *p, int mistake) {
    const double h = p->h, here = p->here, up = p->up, down = p->down;
    switch (mistake) {
    case DIFF_X_AND_UP:
        return (up - here) / h;
    case DIFF_DOWN_AND_X:
        return (here - down) / h;
    case DIFF_OVER_H:
        return (up - down) / h;
    case DIFF_TURNED:
        return (down - up) / (2 * h);
    case DIFF_ADDED:
        return (up + down) / (2 * h);
    case DIFF_MULTIPLIED:
        return (up - down) * (2 * h);
    case DIFF_NOT_DIVIDED:
        return up - down;
    case DIFF_OVER_2:
        return (up - down) / 2;
    case DIFF_X_AND_UP_OVER_2H:
        return (up - here) / (2 * h);
    case DIFF_ONE_SIDE:
        return 0;
    case DIFF_TWO_STEPS:
        return (up - p->far) / (2 * h);
    case DIFF_DOWN_AND_X_OVER_2H:
        return (here - down) / (2 * h);
    case DIFF_TIMES_H:
        return (up - down) / 2 * h;
    case DIFF_H_FOR_DOWN:
        return (up - h) / (2 * h);
    case DIFF_UP_FOR_H:
        return (up - down) / (2 * up);
    default:
        return (up - down) / (2 * h);
    }
}

static void differences(const void *context, int mistake, real *gradient) {
    const Numeric *t = context;
    real x[N];
    memcpy(x, t->x, sizeof x);
    for (int i = 0; i < N; i++) {
        const double before = (double)x[i];
        Probes p = {.h = t->h, .here = t->loss(x)};
        x[i] = (real)slip(mistake, X_UP, before + p.h);
        p.up = slip(mistake, UP, t->loss(x));
        x[i] = (real)(before - 2 * p.h);
        p.far = t->loss(x);
        x[i] = (real)slip(mistake, X_DOWN, before - p.h);
        if (mistake == DIFF_X_MINUS_UP) x[i] = (real)(before - p.up);
        p.down = slip(mistake, DOWN, t->loss(x));
        if (mistake == DIFF_STAYS_0)
            x[i] = 0;
        else if (mistake != DIFF_STAYS_DOWN)
            x[i] = (real)slip(mistake, BACK, before);
        gradient[i] = (real)quotient(&p, mistake);
    }
}

enum { LEFT_DOWN = 1, LEFT_UP, LEFT_AT_0 };

static const char *const put_back_whys[] = {
    [RIGHT] = "",
    [LEFT_DOWN] = "x stays at x - h: put back the number as it was",
    [LEFT_UP] = "x stays at x + h: put back the number as it was",
    [LEFT_AT_0] = "x stays at 0",
    NULL};
enum { PUT_BACK };
static const char *const put_back_values[] = {[PUT_BACK] = "what is put back to x[i]",
                                              NULL};

/* Where x is afterwards. */
static double left_at(int mistake, double x, double h) {
    switch (mistake) {
    case LEFT_DOWN:
        return x - h;
    case LEFT_UP:
        return x + h;
    case LEFT_AT_0:
        return 0;
    default:
        return x;
    }
}

/* By how much x has moved afterwards. */
static void put_back(const void *context, int mistake, real *moved) {
    const Numeric *t = context;
    for (int i = 0; i < N; i++) {
        const double to = left_at(mistake, (double)t->x[i], t->h);
        moved[i] = (real)slip(mistake, PUT_BACK, to) - t->x[i];
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
