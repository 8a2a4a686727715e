/* Grades exercise 15: losses and gradients of several batches, one against differences;
 * numbers whose exponential overflows; rates at all steps of a schedule. */
#include "lessons/check/entropy.h"
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"

#include <math.h>

enum { N = 3, CLASSES = 5, BATCHES = ENTROPY_BATCHES };
enum { RIGHT }; /* no mistake */

/* ---- cross_entropy ---- */

static EntropyBatch random_batch(int n, int classes, int *label, Rng *rng) {
    for (int i = 0; i < n; i++)
        label[i] = (int)rng_below(rng, (uint32_t)classes);
    label[0] = classes - 1; /* the ends */
    if (n > 1) label[1] = 0;
    return (EntropyBatch){n, classes, grade_random(rng, (size_t)(n * classes)), NULL,
                          label};
}

/* The largest z stands in each place once, far above the others, or far below 0. */
static EntropyBatch large_batch(void) {
    static const real z[] = {-2000, -2000, 0,     2000,  //
                             -3000, -3001, -5000, -3003, //
                             2000,  -2000, -2000, 0,     //
                             -2000, 2000,  1,     -2000, //
                             0,     -2000, 2000,  -2000, //
                             2000,  1999,  -2000, -2000};
    static const int label[] = {3, 1, 0, 1, 2, 1};
    return (EntropyBatch){6, 4, grade_copy(24, z), NULL, label};
}

/* e^1000 is no number, and e^-1000 is 0, whose logarithm is none: log(1 + e), log(1 + e),
 * 1000, and 0; three equal z. */
static void grade_large(Grade *g) {
    static const real high[] = {1000, 1001}, low[] = {-1001, -1000}, apart[] = {0, -1000},
                      equal[] = {-700, -700, -700};
    static const int first[] = {0}, second[] = {1};
    const double one = log(1 + exp(1));
    grade_numbers(g, "L for z = 1000 and 1001, -1001 and -1000", 2,
                  (const real[]){(real)cross_entropy(1, 2, high, first),
                                 (real)cross_entropy(1, 2, low, first)},
                  (const real[]){(real)one, (real)one}, NULL);
    grade_numbers(g, "L for z = 0 and -1000, for either label", 2,
                  (const real[]){(real)cross_entropy(1, 2, apart, second),
                                 (real)cross_entropy(1, 2, apart, first)},
                  (const real[]){1000, 0}, NULL);
    const EntropyBatch batch = large_batch();
    grade_numbers(g, "L of six pictures with z of 2000 and -2000; of three z of -700", 2,
                  (const real[]){(real)cross_entropy(6, 4, batch.z, batch.label),
                                 (real)cross_entropy(1, 3, equal, second)},
                  (const real[]){(real)entropy_loss(&batch, RIGHT), (real)log(3)}, NULL);
}

static void grade_losses(Grade *g) {
    Rng rng = grade_rng(15);
    EntropyBatch t[BATCHES];
    int labels[BATCHES][N];
    real *got = grade_room(BATCHES), *sum = grade_zeros(BATCHES),
         *label = grade_zeros(BATCHES);
    for (int k = 0; k < BATCHES; k++) {
        t[k] = random_batch(N, CLASSES, labels[k], &rng);
        got[k] = (real)cross_entropy(N, CLASSES, t[k].z, t[k].label);
        for (int i = 0; i < N; i++) {
            sum[k] += (real)entropy_log_sum(&t[k], i) / N;
            label[k] -= t[k].z[i * CLASSES + t[k].label[i]] / N;
        }
    }
    grade_formula(g, "L of eight batches of 3 pictures", BATCHES, got, entropy_losses, t,
                  entropy_loss_whys,
                  &(GradeHints){.terms = {{sum, "the logarithm of the sum of e^z", 1},
                                          {label, "- z[label]", 1}}});
    const real zeros[CLASSES] = {0};
    grade_number(g, "L, when all z are 0: log 5",
                 cross_entropy(1, CLASSES, zeros, (const int[]){2}), log(5),
                 &(GradeHints){.suspects = {{5 / log(5), "the logarithm of the sum is "
                                                         "missing"}}});
    grade_large(g);
}

/* ---- cross_entropy_backward ---- */

static double right_loss(void *context) {
    return entropy_loss(context, RIGHT);
}

static GradeHints back_hints(const EntropyBatch *t) {
    const size_t size = (size_t)(t->n * t->classes);
    real *p = grade_room(size), *truth = grade_room(size);
    entropy_terms(t, p, truth);
    return (GradeHints){.rows = t->n,
                        .columns = t->classes,
                        .before = t->before,
                        .terms = {{p, "p in (p - [k = label]) / n", 1},
                                  {truth, "- [k = label] in (p - [k = label]) / n", 1}}};
}

static void grade_batch(Grade *g, const char *what, const EntropyBatch *t) {
    const size_t size = (size_t)(t->n * t->classes);
    real *dz = t->before ? grade_copy(size, t->before) : grade_zeros(size);
    const GradeHints hints = back_hints(t);
    cross_entropy_backward(t->n, t->classes, t->z, t->label, dz);
    grade_formula(g, what, size, dz, entropy_pulls, t, entropy_back_whys, &hints);
}

static void grade_backward(Grade *g) {
    Rng rng = grade_rng(16);
    int label[8];
    EntropyBatch t = random_batch(N, CLASSES, label, &rng);
    real *z = grade_copy(N * CLASSES, t.z), *dz = grade_zeros(N * CLASSES);
    t.z = z;
    cross_entropy_backward(N, CLASSES, z, label, dz);
    GradeHints hints = back_hints(&t);
    hints = grade_mistakes(N * CLASSES, entropy_pulls, &t, entropy_back_whys, &hints);
    grade_gradient(g, "dz of 3 pictures, against differences", N * CLASSES, z, right_loss,
                   &t, dz, &hints);
    t.before = grade_random(&rng, N * CLASSES);
    grade_batch(g, "dz of 3 pictures, where there was something before", &t);
    t = random_batch(7, 4, label, &rng);
    grade_batch(g, "dz of 7 pictures, 4 classes", &t);
    t = random_batch(1, 6, label, &rng);
    grade_batch(g, "dz of one picture", &t);
    const EntropyBatch large = large_batch();
    real *got = grade_zeros(24), *right = grade_room(24);
    cross_entropy_backward(6, 4, large.z, large.label, got);
    entropy_pulls(&large, RIGHT, right);
    grade_numbers(g, "dz of six pictures with z of 2000 and -2000", 24, got, right, NULL);
}

/* ---- cosine_rate ---- */

enum { RATES = 9 };

enum {
    LINE = 1,
    QUARTER,
    COS_ALONE,
    OVER_STEPS,
    GOES_UP,
    NOT_HALVED,
    WITHOUT_RATE,
    SIN,
    NO_PI,
    WHOLE_NUMBERS,
    LATE,
    EARLY,
    WHOLE_COSINE,
    STEPS_PLUS_1,
    STEPS_MINUS_2,
    NO_COS,
    STAYS,
    SQUARED,
    UPSIDE_DOWN,
    TIMES_LAST
};

static const char *const rate_whys[] = {
    [RIGHT] = "",
    [LINE] = "this is a straight line, not a cosine",
    [QUARTER] = "a quarter of a cosine, from 1 to 0; half of one goes to -1",
    [COS_ALONE] = "cos goes down to -1, and 1 + cos, halved, to 0",
    [OVER_STEPS] = "the last step is steps - 1: divide by that",
    [GOES_UP] = "1 - cos goes up",
    [NOT_HALVED] = "1 + cos goes from 2 to 0: halve it",
    [WITHOUT_RATE] = "rate is missing",
    [SIN] = "sin where cos belongs",
    [NO_PI] = "pi is missing: cos counts in radians, half of a cosine is pi",
    [WHOLE_NUMBERS] =
        "step / (steps - 1) is divided as whole numbers, which leaves 0 or 1",
    [LATE] = "one step too late: step, not step + 1",
    [EARLY] = "one step too early: step, not step - 1",
    [WHOLE_COSINE] = "a whole cosine: 2 pi",
    [STEPS_PLUS_1] = "divided by steps + 1: the last step is steps - 1",
    [STEPS_MINUS_2] = "divided by steps - 2: the last step is steps - 1",
    [NO_COS] = "cos is missing: 1 + the angle",
    [STAYS] = "the rate does not change",
    [SQUARED] = "the rate is squared",
    [UPSIDE_DOWN] = "(steps - 1) / step is upside down",
    [TIMES_LAST] = "multiplied by steps - 1: divide",
    NULL};

static double rate_of(int mistake, double rate, int step, int steps) {
    const double last = steps - 1, pi = acos(-1), part = step / last;
    const double right = rate * (1 + cos(pi * part)) / 2;
    switch (mistake) {
    case LINE:
        return rate * (1 - part);
    case QUARTER:
        return rate * cos(pi * part / 2);
    case COS_ALONE:
        return rate * cos(pi * part);
    case OVER_STEPS:
        return rate * (1 + cos(pi * step / steps)) / 2;
    case GOES_UP:
        return rate * (1 - cos(pi * part)) / 2;
    case NOT_HALVED:
        return rate * (1 + cos(pi * part));
    case WITHOUT_RATE:
        return right / rate;
    case SIN:
        return rate * (1 + sin(pi * part)) / 2;
    case NO_PI:
        return rate * (1 + cos(part)) / 2;
    case WHOLE_NUMBERS:
        return rate * (1 + cos(pi * (step / (steps - 1)))) / 2;
    case LATE:
        return rate * (1 + cos(pi * (step + 1) / last)) / 2;
    case EARLY:
        return rate * (1 + cos(pi * (step - 1) / last)) / 2;
    case WHOLE_COSINE:
        return rate * (1 + cos(2 * pi * part)) / 2;
    case STEPS_PLUS_1:
        return rate * (1 + cos(pi * step / (steps + 1))) / 2;
    case STEPS_MINUS_2:
        return rate * (1 + cos(pi * step / (steps - 2.0))) / 2;
    case NO_COS:
        return rate * (1 + pi * part) / 2;
    case STAYS:
        return rate;
    case SQUARED:
        return rate * right;
    case UPSIDE_DOWN:
        return step ? rate * (1 + cos(pi * last / step)) / 2 : rate;
    case TIMES_LAST:
        return rate * (1 + cos(pi * step * last)) / 2;
    default:
        return right;
    }
}

static const int rate_steps[RATES] = {0, 1, 13, 25, 50, 60, 75, 99, 100};

static void rates(const void *context, int mistake, real *rate) {
    const double *first = context;
    for (int k = 0; k < RATES; k++)
        rate[k] = (real)rate_of(mistake, *first, rate_steps[k], 101);
}

static void grade_rate(Grade *g) {
    Rng rng = grade_rng(17);
    const double first = 0.05 + 0.1 * rng_uniform(&rng);
    real got[RATES];
    for (int k = 0; k < RATES; k++)
        got[k] = (real)cosine_rate(first, rate_steps[k], 101);
    grade_formula(g, "rates of a schedule of 101 steps", RATES, got, rates, &first,
                  rate_whys, NULL);
    grade_numbers(g, "rates of schedules of two and of three steps", 5,
                  (const real[]){(real)cosine_rate(4, 0, 2), (real)cosine_rate(4, 1, 2),
                                 (real)cosine_rate(4, 0, 3), (real)cosine_rate(4, 1, 3),
                                 (real)cosine_rate(4, 2, 3)},
                  (const real[]){4, 0, 4, 2, 0}, NULL);
}

static const Part parts[] = {{"cross_entropy", 5, grade_losses},
                             {"cross_entropy_backward", 5, grade_backward},
                             {"cosine_rate", 2, grade_rate},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "15_train_features", parts);
}
