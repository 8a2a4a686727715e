/* Grades exercise 13: sums of three terms, and runs of a few steps with a clamp and a drop
 * of the rate, each of which comes out otherwise with each mistake. */
#include "lessons/check/descent.h"
#include "lessons/check/grade.h"

#include <math.h>
#include <string.h>

#include "lessons/check/slips.h"

double total_loss(const Transfer *t, const real *x, real *scratch, real *gradient);
void transfer(const Transfer *t, real *x, real *scratch, real *gradient);

/* A copy of the student's transfer, which calls this total_loss, and not the student's:
 * lessons/course.mk makes it out of the object file. */
double alone_total_loss(const Transfer *t, const real *x, real *scratch, real *gradient);
void alone_transfer(const Transfer *t, real *x, real *scratch, real *gradient)
    __attribute__((weak));

enum { N = DESCENT_N, COUNT = 3, IMAGES = 8 };

/* ---- Terms: each overwrites the gradient ---- */

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

/* sum x^4 / 4 */
static double height(void *context, int n, const real *x, real *gradient) {
    (void)context;
    double sum = 0;
    for (int i = 0; i < n; i++) {
        gradient[i] = x[i] * x[i] * x[i];
        sum += (double)(gradient[i] * x[i]) / 4;
    }
    return sum;
}

static Term *const terms[COUNT] = {content, smoothness, height};
static const double weights[COUNT] = {1.7, 0.6, 0.8}; /* no usual factors */

/* ---- total_loss ---- */

enum {
    RIGHT,
    NO_WEIGHTS,
    WEIGHTS_SQUARED,
    LAST_ONLY,
    FIRST_WEIGHT,
    FIRST_TERM_OUT,
    LAST_TERM_OUT,
    OVER_WEIGHTS,
    FIRST_TERM_AGAIN,
    KEPT,
    MEAN,
    FIRST_OUT,
    LAST_OUT,
    FIRST_ONLY,
    WEIGHT_ADDED,
    OVER_TERM,
    FIRST_NOT_CLEARED,
    TO_NUMBER_K,
    FROM_NUMBER_K,
    FIRST_STAYS_0
};

static const char *const total_whys[] = {
    [RIGHT] = "",
    [NO_WEIGHTS] = "the terms are added without their weights",
    [WEIGHTS_SQUARED] = "the squares of the weights are used",
    [LAST_ONLY] = "this is only the last term: += is missing where the terms are added",
    [FIRST_WEIGHT] = "every term gets the weight of the first: weights[k]",
    [FIRST_TERM_OUT] = "the first term is left out: k begins at 0",
    [LAST_TERM_OUT] = "the last term is left out: k < count",
    [OVER_WEIGHTS] = "divided by the weights: multiply",
    [FIRST_TERM_AGAIN] = "every term is the first one: terms[k]",
    [KEPT] = "the gradient of the call before is still in it: it begins at 0",
    [MEAN] = "the mean of the terms: J is their sum",
    [FIRST_OUT] = "the first number is left out: i begins at 0",
    [LAST_OUT] = "the last number is left out: i < n",
    [FIRST_ONLY] =
        "only the first of the terms is in it: += is missing, or the sum ends too early",
    [WEIGHT_ADDED] = "weight and gradient are added: multiply",
    [OVER_TERM] = "the weight is divided by the term: multiply",
    [FIRST_NOT_CLEARED] = "the first number of the gradient is not set to 0 at the "
                          "beginning: i begins at 0",
    [TO_NUMBER_K] =
        "all of a term is added to number k, which is the term: i counts the numbers",
    [FROM_NUMBER_K] = "number k of a term, which is the term, is added everywhere: i "
                      "counts the numbers",
    [FIRST_STAYS_0] = "the first number of the gradient stays 0: i begins at 0",
    NULL};
enum { WEIGHTED };
static const char *const total_values[] = {[WEIGHTED] = "weight times loss", NULL};

/* What the numbers of a term are multiplied with. */
static double factor_of(int mistake, double weight) {
    switch (mistake) {
    case NO_WEIGHTS:
        return 1;
    case WEIGHTS_SQUARED:
        return weight * weight;
    case OVER_WEIGHTS:
        return 1 / weight;
    default:
        return weight;
    }
}

/* A loss or a number of a gradient, with its weight. */
static double weighted(int mistake, double weight, double x) {
    if (mistake == WEIGHT_ADDED) return weight + x;
    if (mistake == OVER_TERM) return weight / x;
    return factor_of(mistake, weight) * x;
}

/* Adds the gradient of term k to the sum. */
static void add_gradient(int n, int mistake, double weight, int k, const real *one,
                         real *sum) {
    for (int i = 0; i < n; i++) {
        const double d = (double)one[mistake == FROM_NUMBER_K ? k : i];
        const int to = mistake == TO_NUMBER_K ? k : i;
        if (mistake == LAST_ONLY) sum[to] = 0;
        sum[to] += (real)weighted(mistake, weight, d);
    }
}

/* What is left in the gradient: the sum, over what was there before. */
static void leave(const Transfer *t, int mistake, const real *sum, real *gradient) {
    for (int i = 0; i < t->n; i++) {
        const bool first = i == 0, last = i == t->n - 1;
        if (mistake == FIRST_OUT && first) continue;
        if (mistake == LAST_OUT && last) continue;
        const bool kept = mistake == KEPT || (mistake == FIRST_NOT_CLEARED && first);
        real all = sum[i];
        if (mistake == FIRST_STAYS_0 && first) all = 0;
        if (kept) all += gradient[i];
        if (mistake == MEAN) all /= (real)t->count;
        gradient[i] = all;
    }
}

/* J, or with mistakes; gradient holds what was there before. */
static double total_of(const Transfer *t, int mistake, const real *x, real *gradient) {
    real one[N], sum[N] = {0};
    double all = 0;
    const int end = t->count - (mistake == LAST_TERM_OUT);
    for (int k = mistake == FIRST_TERM_OUT; k < end; k++) {
        const double weight = t->weights[mistake == FIRST_WEIGHT ? 0 : k];
        Term *term = t->terms[mistake == FIRST_TERM_AGAIN ? 0 : k];
        const double loss = term(t->context, t->n, x, one);
        if (mistake == FIRST_ONLY && k) continue;
        if (mistake == LAST_ONLY) all = 0;
        all += slip(mistake, WEIGHTED, weighted(mistake, weight, loss));
        add_gradient(t->n, mistake, weight, k, one, sum);
    }
    leave(t, mistake, sum, gradient);
    return mistake == MEAN ? all / t->count : all;
}

typedef struct Images {
    Transfer t;
    const real *x[IMAGES], *before;
} Images;

static void losses(const void *context, int mistake, real *loss) {
    const Images *p = context;
    real gradient[N] = {0};
    double all = 0;
    for (int k = 0; k < IMAGES; k++) {
        const double one = total_of(&p->t, mistake, p->x[k], gradient);
        all += one;
        loss[k] = (real)(mistake == KEPT ? all : one);
    }
}

static void gradients(const void *context, int mistake, real *gradient) {
    const Images *p = context;
    memcpy(gradient, p->before, N * sizeof *gradient);
    total_of(&p->t, mistake, p->x[0], gradient);
}

static double right_total(void *context) {
    const Images *p = context;
    real gradient[N];
    return total_of(&p->t, RIGHT, p->x[0], gradient);
}

static Transfer three_terms(real *p) {
    return (Transfer){
        .n = N, .count = COUNT, .terms = terms, .weights = weights, .context = p};
}

static void grade_total(Grade *g) {
    static const char *const names[] = {"the first term", "the second term",
                                        "the third term"};
    /* What a sum that was kept would say of the loss. */
    const char *loss_whys[sizeof total_whys / sizeof *total_whys];
    Rng rng = grade_rng(13);
    Images p = {.t = three_terms(grade_random(&rng, N)), .before = grade_random(&rng, N)};
    GradeHints loss_hints = {.values = total_values}, hints = {0};
    real *got = grade_room(IMAGES), *scratch = grade_room(N), *gradient = grade_room(N);
    real *x = grade_random(&rng, N);
    memcpy(loss_whys, total_whys, sizeof loss_whys);
    loss_whys[KEPT] = "J of the call before is still in it: it begins at 0";
    real *of_loss[COUNT], *of_gradient[COUNT];
    for (int k = 0; k < COUNT; k++) {
        of_loss[k] = grade_room(IMAGES), of_gradient[k] = grade_room(N);
        loss_hints.terms[k] = (SumTerm){of_loss[k], names[k], 1};
        hints.terms[k] = (SumTerm){of_gradient[k], names[k], 1};
    }
    for (int i = 0; i < IMAGES; i++) {
        p.x[i] = i ? grade_random(&rng, N) : x;
        got[i] = (real)total_loss(&p.t, p.x[i], scratch, gradient);
        for (int k = 0; k < COUNT; k++) {
            real one[N];
            of_loss[k][i] = (real)(weights[k] * terms[k](p.t.context, N, p.x[i], one));
            for (int e = 0; e < N && !i; e++)
                of_gradient[k][e] = (real)weights[k] * one[e];
        }
    }
    grade_formula(g, "J of eight images", IMAGES, got, losses, &p, loss_whys,
                  &loss_hints);
    memcpy(gradient, p.before, N * sizeof *gradient); /* left over from something else */
    total_loss(&p.t, x, scratch, gradient);
    grade_formula(g, "dJ/dx, over what was left there", N, gradient, gradients, &p,
                  total_whys, &hints);
    hints = grade_mistakes(N, gradients, &p, total_whys, &hints);
    total_loss(&p.t, x, grade_room(N), gradient);
    grade_gradient(g, "dJ/dx, called again, against differences", N, x, right_total, &p,
                   gradient, &hints);
    p.t.count = 1;
    total_loss(&p.t, x, scratch, gradient);
    grade_formula(g, "dJ/dx of one term", N, gradient, gradients, &p, total_whys, NULL);
}

/* ---- transfer ---- */

double alone_total_loss(const Transfer *t, const real *x, real *scratch, real *gradient) {
    (void)scratch;
    return total_of(t, RIGHT, x, gradient);
}

static double distance(size_t n, const real *a, const real *b) {
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs((double)(a[i] - b[i])));
    return most;
}

/* A total_loss that is blank, crashes or is wrong costs its own points only: `transfer` is
 * there twice, and its copy calls the function above. Where it is there once, because it
 * has been linked without the copy, a wrong gradient of the student's is followed. */
static void grade_run_of(Grade *g, const char *what, const Transfer *t,
                         const real *start) {
    const size_t n = (size_t)t->n;
    real *x = grade_copy(n, start), *right = grade_room(n), *other = grade_room(n);
    DescentSteps run = {*t, start, alone_total_loss};
    descent(&run, RIGHT, right);
    if (alone_transfer) {
        alone_transfer(t, x, grade_room(n), grade_room(n));
    } else {
        transfer(t, x, grade_room(n), grade_room(n));
        run.total = total_loss;
        descent(&run, RIGHT, other);
        if (distance(n, x, right) <= distance(n, x, other)) run.total = alone_total_loss;
    }
    grade_formula(g, what, n, x, descent, &run, descent_whys,
                  &(GradeHints){.values = descent_values});
}

static void grade_transfer(Grade *g) {
    Rng rng = grade_rng(14);
    Transfer t = three_terms(grade_random(&rng, N));
    const real *start = grade_random(&rng, N);
    t.rate = 0.05, t.drop_rate = 0.02, t.low = -10, t.high = 10;
    t.steps = 4, t.drop_step = 9;
    grade_run_of(g, "four steps", &t, start);
    t.drop_step = 2;
    grade_run_of(g, "the rate drops from step 2 on", &t, start);
    /* Numbers begin outside of [low, high], and leave it again later; the two in the
     * middle stay inside, where it shows how many steps there are. */
    t.low = -0.3, t.high = 0.4, t.clamp_steps = 2, t.drop_step = 9;
    real *far = grade_room(N), *target = t.context;
    for (int i = 0; i < N; i++) {
        const bool inside = i == 2 || i == 3;
        far[i] = (real)(inside ? 0 : i % 2 ? 1.5 : -1.2) + start[i] / 10;
        target[i] = (real)(inside ? 0.1 : i % 2 ? 2.5 : -2);
    }
    t.rate = 0.1;
    grade_run_of(g, "clamped before the first two of four steps", &t, far);
    t.steps = t.clamp_steps = 1;
    grade_run_of(g, "clamped before the only step, not after it", &t, far);
    t.steps = 5, t.clamp_steps = 3, t.drop_step = 2;
    grade_run_of(g, "clamped three times, and the rate drops", &t, far);
    t.steps = 0;
    grade_run_of(g, "without a step x stays", &t, far);
}

static const Part parts[] = {
    {"total_loss", 4, grade_total}, {"transfer", 6, grade_transfer}, {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "13_style_transfer", parts);
}
