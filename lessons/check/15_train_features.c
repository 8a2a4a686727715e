/* Grades exercise 15: losses and gradients of several batches, one against differences;
 * numbers whose exponential overflows; rates at all steps of a schedule. */
#include "lessons/check/functions.h"
#include "lessons/check/grade.h"

#include <math.h>

enum { N = 3, CLASSES = 5, BATCHES = 8 };

typedef struct Batch {
    int n, classes;
    const real *z, *before; /* before: in dz */
    const int *label;
} Batch;

/* log of the sum of e^z over some classes of picture i. */
static double log_sum(const Batch *t, int i, int first, int end) {
    const real *z = t->z + i * t->classes;
    double largest = (double)z[first];
    for (int k = first; k < end; k++)
        largest = fmax(largest, (double)z[k]);
    double all = exp((double)z[first] - largest);
    for (int k = first + 1; k < end; k++)
        all += exp((double)z[k] - largest);
    return log(all) + largest;
}

/* ---- cross_entropy ---- */

static const char *const loss_whys[] = {
    "",
    "the mean over pictures is missing: divide by n",
    "the logarithm of the sum is missing",
    "this is p; the loss is -log p",
    "this is the logarithm to the base 2: log()",
    "this is the logarithm to the base 10: log()",
    "all pictures have the label of the first: label[i]",
    "all pictures have the z of the first: z[i * classes + k]",
    "z of the label is missing: log of the sum - z[label]",
    "z of the label is added: it is taken off",
    "the sum leaves out class 0: k begins at 0",
    "the sum leaves out the last class: k < classes",
    "the sign is turned: -log p",
    "only the last picture counts: += is missing in the sum",
    "the first picture is left out: i begins at 0",
    "the last picture is left out: i < n",
    "the largest z is not added again to the logarithm",
    "the largest z is added twice, or taken off where it is added",
    "the mean is over classes: divide by n",
    "the loss of the call before is still in it: the sum begins at 0",
    "z of class 0 is taken, not of the label",
    "divided by n and by classes: by n only",
    "the root of the sum of e^z",
    "the sum of e^z holds one class only: += is missing",
    "multiplied by n: divide",
    "1 more is in the sum of e^z: it begins at 0",
    NULL};

static double picture_loss(const Batch *t, int mistake, int row) {
    const int i = mistake == 7 ? 0 : row;
    const real *z = t->z + i * t->classes;
    const double of_label =
        (double)z[mistake == 20 ? 0 : t->label[mistake == 6 ? 0 : row]];
    const double sum = log_sum(t, i, mistake == 10, t->classes - (mistake == 11));
    double largest = (double)z[0];
    for (int k = 1; k < t->classes; k++)
        largest = fmax(largest, (double)z[k]);
    switch (mistake) {
    case 2:
        return exp(sum - largest) + largest - of_label;
    case 3:
        return exp(of_label - sum);
    case 4:
        return (sum - largest) / log(2) + largest - of_label;
    case 5:
        return (sum - largest) / log(10) + largest - of_label;
    case 8:
        return sum;
    case 9:
        return sum + of_label;
    case 12:
        return of_label - sum;
    case 16:
        return sum - largest - of_label;
    case 17:
        return sum - 2 * largest - of_label;
    case 22:
        return sqrt(exp(sum - largest)) + largest - of_label;
    case 23:
        return (double)z[t->classes - 1] - of_label;
    case 25:
        return log(exp(sum - largest) + 1) + largest - of_label;
    default:
        return sum - of_label;
    }
}

static double loss_of(const Batch *t, int mistake) {
    double sum = 0;
    for (int i = mistake == 14; i < t->n - (mistake == 15); i++)
        sum = (mistake == 13 ? 0 : sum) + picture_loss(t, mistake, i);
    const double by[] = {t->n, 1, t->classes, t->n * t->classes, 1.0 / t->n};
    return sum / by[mistake == 1    ? 1
                    : mistake == 18 ? 2
                    : mistake == 21 ? 3
                    : mistake == 24 ? 4
                                    : 0];
}

static void losses(const void *context, int mistake, real *loss) {
    const Batch *t = context;
    double all = 0;
    for (int k = 0; k < BATCHES; k++) {
        const double one = loss_of(&t[k], mistake);
        all += one;
        loss[k] = (real)(mistake == 19 ? all : one);
    }
}

static Batch random_batch(int n, int classes, int *label, Rng *rng) {
    for (int i = 0; i < n; i++)
        label[i] = (int)rng_below(rng, (uint32_t)classes);
    label[0] = classes - 1; /* the ends */
    if (n > 1) label[1] = 0;
    return (Batch){n, classes, grade_random(rng, (size_t)(n * classes)), NULL, label};
}

/* The largest z stands in each place once, far above the others, or far below 0. */
static Batch large_batch(void) {
    static const real z[] = {-2000, -2000, 0,     2000,  //
                             -3000, -3001, -5000, -3003, //
                             2000,  -2000, -2000, 0,     //
                             -2000, 2000,  1,     -2000, //
                             0,     -2000, 2000,  -2000, //
                             2000,  1999,  -2000, -2000};
    static const int label[] = {3, 1, 0, 1, 2, 1};
    return (Batch){6, 4, grade_copy(24, z), NULL, label};
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
    const Batch batch = large_batch();
    grade_numbers(g, "L of six pictures with z of 2000 and -2000; of three z of -700", 2,
                  (const real[]){(real)cross_entropy(6, 4, batch.z, batch.label),
                                 (real)cross_entropy(1, 3, equal, second)},
                  (const real[]){(real)loss_of(&batch, 0), (real)log(3)}, NULL);
}

static void grade_losses(Grade *g) {
    Rng rng = grade_rng(15);
    Batch t[BATCHES];
    int labels[BATCHES][N];
    real *got = grade_room(BATCHES), *sum = grade_zeros(BATCHES),
         *label = grade_zeros(BATCHES);
    for (int k = 0; k < BATCHES; k++) {
        t[k] = random_batch(N, CLASSES, labels[k], &rng);
        got[k] = (real)cross_entropy(N, CLASSES, t[k].z, t[k].label);
        for (int i = 0; i < N; i++) {
            sum[k] += (real)log_sum(&t[k], i, 0, CLASSES) / N;
            label[k] -= t[k].z[i * CLASSES + t[k].label[i]] / N;
        }
    }
    grade_formula(g, "L of eight batches of 3 pictures", BATCHES, got, losses, t,
                  loss_whys,
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

static const char *const back_whys[] = {
    "",
    "the mean over pictures is missing: divide by n",
    "this is p alone: what is true, [k = label], is to be taken off",
    "this is -1 alone: what the softmax says, p, is missing",
    "this is p (1 - p), the derivative of the softmax alone: the logarithm's is missing",
    "all pictures have the label of the first: label[i]",
    "all pictures have the z of the first: z[i * classes + k]",
    "missing +=: the right numbers, but what was there before is lost; = stands where += "
    "belongs",
    "1 is added where k is the label: it is taken off",
    "1 is taken off where k is not the label: == and not !=",
    "the sum of e^z leaves out class 0: k begins at 0",
    "the sum of e^z leaves out the last class: k < classes",
    "e^z is not divided by its sum",
    "class 0 of each picture is left out: k begins at 0",
    "the last class of each picture is left out: k < classes",
    "the first picture is left out: i begins at 0",
    "the last picture is left out: i < n",
    "this is log p - [k = label]: it is p",
    "multiplied by n: divide",
    "divided by classes: by n",
    "the sum of e^z holds one class only: += is missing",
    "the sum of e^z is multiplied with: divide",
    "1 more is in the sum of e^z: it begins at 0",
    "only the label gets something: all k do",
    "only p is divided by n: the whole is",
    "only the 1 of the label is divided by n: the whole is",
    NULL};

static double pull(const Batch *t, int mistake, int row, int k) {
    const int i = mistake == 6 ? 0 : row;
    const real *z = t->z + i * t->classes;
    const double sum = log_sum(t, i, mistake == 10, t->classes - (mistake == 11));
    const bool is = k == t->label[mistake == 5 ? 0 : row];
    double largest = (double)z[0];
    for (int c = 1; c < t->classes; c++)
        largest = fmax(largest, (double)z[c]);
    const double e = exp((double)z[k] - largest), all = exp(sum - largest);
    double p = e / all, truth = is ? 1 : 0, by = t->n;
    if (mistake == 2) truth = 0;
    if (mistake == 3) p = 0;
    if (mistake == 4) p = p * (1 - p), truth = 0;
    if (mistake == 8) truth = -truth;
    if (mistake == 9) truth = 1 - truth;
    if (mistake == 12) p = e;
    if (mistake == 17) p = log(p);
    if (mistake == 20) p = e / exp((double)z[t->classes - 1] - largest);
    if (mistake == 21) p = e * all;
    if (mistake == 22) p = e / (all + 1);
    if (mistake == 1) by = 1;
    if (mistake == 18) by = 1.0 / t->n;
    if (mistake == 19) by = t->classes;
    if ((mistake == 13 && !k) || (mistake == 14 && k == t->classes - 1) ||
        (mistake == 15 && !row) || (mistake == 16 && row == t->n - 1) ||
        (mistake == 23 && !is))
        return 0;
    if (mistake == 24) return p / by - truth;
    if (mistake == 25) return p - truth / by;
    return (p - truth) / by;
}

static void pulls(const void *context, int mistake, real *dz) {
    const Batch *t = context;
    for (int e = 0; e < t->n * t->classes; e++) {
        dz[e] = (real)pull(t, mistake, e / t->classes, e % t->classes);
        if (mistake == 7 && t->before) dz[e] -= t->before[e];
    }
}

static double right_loss(void *context) {
    return loss_of(context, 0);
}

static GradeHints back_hints(const Batch *t) {
    const size_t size = (size_t)(t->n * t->classes);
    real *p = grade_room(size), *truth = grade_room(size);
    for (int e = 0; e < t->n * t->classes; e++) {
        p[e] = (real)pull(t, 2, e / t->classes, e % t->classes);
        truth[e] = (real)pull(t, 3, e / t->classes, e % t->classes);
    }
    return (GradeHints){.rows = t->n,
                        .columns = t->classes,
                        .before = t->before,
                        .terms = {{p, "p in (p - [k = label]) / n", 1},
                                  {truth, "- [k = label] in (p - [k = label]) / n", 1}}};
}

static void grade_batch(Grade *g, const char *what, const Batch *t) {
    const size_t size = (size_t)(t->n * t->classes);
    real *dz = t->before ? grade_copy(size, t->before) : grade_zeros(size);
    const GradeHints hints = back_hints(t);
    cross_entropy_backward(t->n, t->classes, t->z, t->label, dz);
    grade_formula(g, what, size, dz, pulls, t, back_whys, &hints);
}

static void grade_backward(Grade *g) {
    Rng rng = grade_rng(16);
    int label[8];
    Batch t = random_batch(N, CLASSES, label, &rng);
    real *z = grade_copy(N * CLASSES, t.z), *dz = grade_zeros(N * CLASSES);
    t.z = z;
    cross_entropy_backward(N, CLASSES, z, label, dz);
    GradeHints hints = back_hints(&t);
    hints = grade_mistakes(N * CLASSES, pulls, &t, back_whys, &hints);
    grade_gradient(g, "dz of 3 pictures, against differences", N * CLASSES, z, right_loss,
                   &t, dz, &hints);
    t.before = grade_random(&rng, N * CLASSES);
    grade_batch(g, "dz of 3 pictures, where there was something before", &t);
    t = random_batch(7, 4, label, &rng);
    grade_batch(g, "dz of 7 pictures, 4 classes", &t);
    t = random_batch(1, 6, label, &rng);
    grade_batch(g, "dz of one picture", &t);
    const Batch large = large_batch();
    real *got = grade_zeros(24), *right = grade_room(24);
    cross_entropy_backward(6, 4, large.z, large.label, got);
    pulls(&large, 0, right);
    grade_numbers(g, "dz of six pictures with z of 2000 and -2000", 24, got, right, NULL);
}

/* ---- cosine_rate ---- */

enum { RATES = 9 };

static const char *const rate_whys[] = {
    "",
    "this is a straight line, not a cosine",
    "a quarter of a cosine, from 1 to 0; half of one goes to -1",
    "cos goes down to -1, and 1 + cos, halved, to 0",
    "the last step is steps - 1: divide by that",
    "1 - cos goes up",
    "1 + cos goes from 2 to 0: halve it",
    "rate is missing",
    "sin where cos belongs",
    "pi is missing: cos counts in radians, half of a cosine is pi",
    "step / (steps - 1) is divided as whole numbers, which leaves 0 or 1",
    "one step too late: step, not step + 1",
    "one step too early: step, not step - 1",
    "a whole cosine: 2 pi",
    "divided by steps + 1: the last step is steps - 1",
    "divided by steps - 2: the last step is steps - 1",
    "cos is missing: 1 + the angle",
    "the rate does not change",
    "the rate is squared",
    "(steps - 1) / step is upside down",
    "multiplied by steps - 1: divide",
    NULL};

static double rate_of(int mistake, double rate, int step, int steps) {
    const double last = steps - 1, pi = acos(-1), part = step / last;
    const double right = rate * (1 + cos(pi * part)) / 2;
    const double upside_down = step ? rate * (1 + cos(pi * last / step)) / 2 : rate;
    const double rates[] = {right,
                            rate * (1 - part),
                            rate * cos(pi * part / 2),
                            rate * cos(pi * part),
                            rate * (1 + cos(pi * step / steps)) / 2,
                            rate * (1 - cos(pi * part)) / 2,
                            rate * (1 + cos(pi * part)),
                            right / rate,
                            rate * (1 + sin(pi * part)) / 2,
                            rate * (1 + cos(part)) / 2,
                            rate * (1 + cos(pi * (step / (steps - 1)))) / 2,
                            rate * (1 + cos(pi * (step + 1) / last)) / 2,
                            rate * (1 + cos(pi * (step - 1) / last)) / 2,
                            rate * (1 + cos(2 * pi * part)) / 2,
                            rate * (1 + cos(pi * step / (steps + 1))) / 2,
                            rate * (1 + cos(pi * step / (steps - 2.0))) / 2,
                            rate * (1 + pi * part) / 2,
                            rate,
                            rate * right,
                            upside_down,
                            rate * (1 + cos(pi * step * last)) / 2};
    return rates[mistake];
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
