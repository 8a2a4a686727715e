/* Grades exercise 13: two terms with known gradients, and runs of a few steps,
 * computed by hand, in which every mistake gives a different result. */
#include "lessons/check/grade.h"

#include <string.h>

typedef double Term(void *context, int n, const real *x, real *gradient);

typedef struct Transfer {
    int n, count;
    Term *const *terms;
    const double *weights;
    void *context;
    int steps, drop_step, clamp_steps;
    double rate, drop_rate, low, high;
} Transfer;

double total_loss(const Transfer *t, const real *x, real *scratch, real *gradient);
void transfer(const Transfer *t, real *x, real *scratch, real *gradient);

enum { N = 6 };

/* A simple content loss: 1/2 sum (x - p)^2, with p in the context. */
static double content(void *context, int n, const real *x, real *gradient) {
    const real *p = context;
    double sum = 0;
    for (int i = 0; i < n; i++) {
        gradient[i] = x[i] - p[i];
        sum += (double)(gradient[i] * gradient[i]) / 2;
    }
    return sum;
}

/* Smoothness of a row of pixels: sum (x_{i+1} - x_i)^2. */
static double smoothness(void *context, int n, const real *x, real *gradient) {
    (void)context;
    double sum = 0;
    memset(gradient, 0, (size_t)n * sizeof *gradient);
    for (int i = 0; i + 1 < n; i++) {
        const real d = x[i + 1] - x[i];
        gradient[i + 1] += 2 * d;
        gradient[i] -= 2 * d;
        sum += (double)(d * d);
    }
    return sum;
}

static double right_total(void *context) {
    real *x = context, gradient[N]; /* x, and then p */
    return 2 * content(x + N, N, x, gradient) + 0.5 * smoothness(NULL, N, x, gradient);
}

static Term *const both[] = {content, smoothness};
static const double weights[] = {2, 0.5};

static void grade_total(Grade *g) {
    real *x = grade_room(2 * N), *gradient = grade_room(N), *scratch = grade_room(N);
    real first[N], second[N];
    Rng rng = rng_seed(13);
    for (int i = 0; i < 2 * N; i++)
        x[i] = (real)rng_normal(&rng);
    for (int i = 0; i < N; i++)
        gradient[i] = (real)i; /* left over from something else */
    const Transfer t = {
        .n = N, .count = 2, .terms = both, .weights = weights, .context = x + N};
    const double loss = total_loss(&t, x, scratch, gradient);
    grade_number(g, "J of two terms", loss, right_total(x), NULL);
    grade_number(g, "J of two terms, called again",
                 total_loss(&t, x, grade_room(N), grade_room(N)), right_total(x),
                 &(GradeHints){.suspects = {{2, "J of the call before is still in it: it "
                                                "begins at 0"}}});
    content(x + N, N, x, first);
    smoothness(NULL, N, x, second);
    /* Along the second gradient, where each mistake gives a different length. */
    double got = 0, right = 0, last = 0, plain = 0, squares = 0, stays = 0;
    for (int i = 0; i < N; i++) {
        const double a = (double)first[i], b = (double)second[i];
        got += (double)gradient[i] * b;
        right += (2 * a + 0.5 * b) * b;
        last += 0.5 * b * b;
        plain += (a + b) * b;
        squares += (4 * a + 0.25 * b) * b;
        stays += (i + 2 * a + 0.5 * b) * b;
    }
    grade_number(
        g, "dJ/dx, along the gradient of the second term", got, right,
        &(GradeHints){
            .suspects = {
                {last / right, "this is the gradient of only the last term: += is "
                               "missing where the terms are added"},
                {plain / right, "the gradients are added without their weights"},
                {squares / right, "the gradients are added with the squares of the "
                                  "weights"},
                {stays / right, "the gradient of the call before is still in it: it "
                                "begins at 0"}}});
    grade_gradient(g, "dJ/dx, against differences", N, x, right_total, x, gradient, NULL);
}

/* J = 1/2 (x - p)^2 for one number: x moves by rate (p - x). */
static double end_of(Transfer t, double start, double p) {
    real target = (real)p, *x = grade_copy(1, (const real[]){(real)start});
    t.n = t.count = 1, t.terms = both, t.weights = (const double[]){1};
    t.context = &target;
    transfer(&t, x, grade_room(1), grade_room(1));
    return (double)*x;
}

/* From 0 towards 1, halfway each time: 1/2, 3/4, 7/8. */
static void grade_steps(Grade *g) {
    const Transfer t = {.steps = 3, .drop_step = 9, .rate = 0.5};
    grade_number(
        g, "three steps halfway to 1", end_of(t, 0, 1), 0.875,
        &(GradeHints){.suspects = {{1.5 / 0.875, "the gradient is computed once, and not "
                                                 "again at every new x"},
                                   {(1 - 3.375) / 0.875, "the steps go uphill: x - rate "
                                                         "dJ/dx"},
                                   {1.875 / 0.875, "the gradient of the call before is "
                                                   "still in it: it begins at 0"},
                                   {0.75 / 0.875, "one step is missing"}}});
}

/* Halfway, then a tenth: 0.5, 0.55, 0.595. */
static void grade_drop(Grade *g) {
    const Transfer t = {.steps = 3, .drop_step = 1, .rate = 0.5, .drop_rate = 0.1};
    grade_number(
        g, "the rate drops from step 1 on", end_of(t, 0, 1), 0.595,
        &(GradeHints){
            .suspects = {{0.775 / 0.595, "the rate drops one step too late: step "
                                         "drop_step is the first with the new rate"},
                         {0.271 / 0.595, "the rate drops one step too early: step "
                                         "drop_step is the first with the new rate"},
                         {0.875 / 0.595, "the rate never drops"}}});
}

/* From 2, which is clamped to 1, halfway to 3: 2; clamped to 1 once more, 2; then 2.5,
 * because the clamp has ended. */
static void grade_clamp(Grade *g) {
    const Transfer t = {
        .steps = 3, .drop_step = 9, .clamp_steps = 2, .rate = 0.5, .low = 0, .high = 1};
    grade_number(
        g, "clamped before the first two of three steps", end_of(t, 2, 3), 2.5,
        &(GradeHints){.suspects = {{2 / 2.5, "after the first clamp_steps steps x may go "
                                             "where it wants"},
                                   {2.875 / 2.5, "x is never clamped"}}});
    const Transfer all = {
        .steps = 1, .drop_step = 9, .clamp_steps = 1, .rate = 0.5, .low = 0, .high = 1};
    grade_number(
        g, "clamped before the only step, not after it", end_of(all, -1, 3), 1.5,
        &(GradeHints){.suspects = {{1 / 1.5, "clamped after the step, which hides where "
                                             "it went: it is done before"}}});
}

static void grade(Grade *g) {
    grade_total(g);
    grade_steps(g);
    grade_drop(g);
    grade_clamp(g);
}

int main(void) {
    return grade_run("13_style_transfer", grade);
}
