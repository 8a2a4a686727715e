/* Grades exercise 16: losses and gradients of several batches, gradients against
 * differences too, and s of 1000 and -1000, whose exponential is no number. */
#include "lessons/check/grade.h"

#include <math.h>

double d_loss(int n, const real *real_s, const real *fake_s);
void d_loss_backward(int n, const real *real_s, const real *fake_s, real *d_real,
                     real *d_fake);
double g_loss_written(int n, const real *fake_s);
void g_loss_written_backward(int n, const real *fake_s, real *d_fake);
double g_loss_used(int n, const real *fake_s);
void g_loss_used_backward(int n, const real *fake_s, real *d_fake);

enum { N = 5, BATCHES = 8 };
enum { LOSS_D, LOSS_WRITTEN, LOSS_USED };

typedef struct Batch {
    int n, loss; /* LOSS_D ... */
    const real *real_s, *fake_s, *before;
    bool fake; /* the gradient by fake_s, not by real_s */
} Batch;

/* log(1 + e^s), which is -log(1 - D), and for -s -log D. */
static double softplus(double s) {
    return s > 0 ? s + log1p(exp(-s)) : log1p(exp(s));
}

static double probability(double s) {
    return s > 0 ? 1 / (1 + exp(-s)) : exp(s) / (1 + exp(s));
}

/* ---- Losses ---- */

enum {
    RIGHT,
    NO_MEAN,
    FIRST_OUT,
    LAST_OUT,
    LAST_ONLY,
    STATIC,
    EXCHANGED,
    TURNED,
    OTHER_FORM,
    ONLY_REAL,
    ONLY_FAKE,
    PLAIN_D,
    SIGMOID_TWICE,
    TWO_MEANS,
    TIMES_N,
    BASE_2,
    FIRST_FOR_ALL,
    BOTH_FAKE, /* of L_D only */
    BOTH_REAL_S,
    LOSSES
};

#define COMMON_WHYS                                                                      \
    [RIGHT] = "", [NO_MEAN] = "the mean over pictures is missing: divide by n",          \
    [FIRST_OUT] = "the first picture is left out: i begins at 0",                        \
    [LAST_OUT] = "the last picture is left out: i < n",                                  \
    [LAST_ONLY] = "only the last picture counts: += is missing in the sum",              \
    [STATIC] = "the loss of the call before is still in it: the sum begins at 0",        \
    [PLAIN_D] = "this is the mean of D, without a logarithm",                            \
    [SIGMOID_TWICE] = "the sigmoid is taken of D once more: s is what comes before it",  \
    [TIMES_N] = "multiplied by n: divide",                                               \
    [BASE_2] = "this is the logarithm to the base 2: log()",                             \
    [FIRST_FOR_ALL] = "every picture is the first one: s[i]"

static const char *const loss_whys[3][LOSSES + 1] = {
    {COMMON_WHYS,
     [EXCHANGED] = "real ones and fakes are exchanged: -log D is for the real ones",
     [TURNED] = "the sign is turned: this is V, and L_D is -V",
     [OTHER_FORM] = "-log D for both: of fakes it is -log(1 - D)",
     [BOTH_FAKE] = "-log(1 - D) for both: of real ones it is -log D",
     [BOTH_REAL_S] = "both means are over real_s: of fakes it is fake_s",
     [ONLY_REAL] = "the fakes are missing: -log(1 - D(fake))",
     [ONLY_FAKE] = "the real ones are missing: -log D(real)",
     [TWO_MEANS] = "real ones and fakes have a mean each, and L_D is the sum of both"},
    {COMMON_WHYS, [EXCHANGED] = "this is -log D, which is L_G",
     [TURNED] = "this is -log(1 - D), as in L_D; G wants it the other way round",
     [OTHER_FORM] = "this is log D: it is log(1 - D)",
     [ONLY_REAL] = "the mean of 1 - D, without a logarithm",
     [ONLY_FAKE] = "1 - log D where log(1 - D) belongs",
     [TWO_MEANS] = "divided by 2 n: by n"},
    {COMMON_WHYS, [EXCHANGED] = "this is log(1 - D), which is L_G0",
     [TURNED] = "this is log D: it is -log D",
     [OTHER_FORM] = "this is -log(1 - D), what D wants",
     [ONLY_REAL] = "the mean of 1 - D, without a logarithm",
     [ONLY_FAKE] = "1 - log D where -log D belongs",
     [TWO_MEANS] = "divided by 2 n: by n"}};

/* log D, with mistakes in D and in the logarithm; turned: log(1 - D), which is log D of
 * -s. */
static double log_d(int mistake, double s, bool turned) {
    const double at = mistake == SIGMOID_TWICE ? probability(s) : s;
    const double d = turned ? -at : at;
    if (mistake == PLAIN_D) return probability(s);
    if (mistake == BASE_2) return -softplus(-d) / log(2);
    return -softplus(-d);
}

static double picture_loss(const Batch *t, int mistake, int i) {
    const double f = (double)t->fake_s[i], r = t->real_s ? (double)t->real_s[i] : 0;
    const bool turned = mistake == TURNED;
    if (t->loss == LOSS_D) {
        double of_real = -log_d(mistake, r, false), of_fake = -log_d(mistake, f, true);
        if (mistake == EXCHANGED) of_real = softplus(r), of_fake = softplus(-f);
        if (mistake == OTHER_FORM) of_fake = softplus(-f);
        if (mistake == BOTH_FAKE) of_real = softplus(r);
        if (mistake == BOTH_REAL_S) of_fake = softplus(r);
        if (mistake == ONLY_REAL) of_fake = 0;
        if (mistake == ONLY_FAKE) of_real = 0;
        return turned ? -of_real - of_fake : of_real + of_fake;
    }
    const bool used = t->loss == LOSS_USED;
    if (mistake == ONLY_REAL) return 1 - probability(f);
    if (mistake == ONLY_FAKE) return 1 + softplus(-f);
    if (mistake == EXCHANGED) return used ? -softplus(f) : softplus(-f);
    if (mistake == OTHER_FORM) return used ? softplus(f) : -softplus(-f);
    const double right = used ? -log_d(mistake, f, false) : log_d(mistake, f, true);
    return turned ? -right : right;
}

static double loss_of(const Batch *t, int mistake) {
    double sum = 0;
    for (int i = mistake == FIRST_OUT; i < t->n - (mistake == LAST_OUT); i++)
        sum = (mistake == LAST_ONLY ? 0 : sum) +
              picture_loss(t, mistake, mistake == FIRST_FOR_ALL ? 0 : i);
    if (mistake == NO_MEAN) return sum;
    if (mistake == TIMES_N) return sum * t->n;
    return mistake == TWO_MEANS ? sum / (2 * t->n) : sum / t->n;
}

static void losses(const void *context, int mistake, real *loss) {
    const Batch *t = context;
    double all = 0;
    for (int k = 0; k < BATCHES; k++) {
        const double one = loss_of(&t[k], mistake);
        all += one;
        loss[k] = (real)(mistake == STATIC ? all : one);
    }
}

static real yours(const Batch *t) {
    if (t->loss == LOSS_D) return (real)d_loss(t->n, t->real_s, t->fake_s);
    return (real)(t->loss == LOSS_USED ? g_loss_used(t->n, t->fake_s)
                                       : g_loss_written(t->n, t->fake_s));
}

static Batch random_batch(int n, int loss, Rng *rng) {
    return (Batch){.n = n,
                   .loss = loss,
                   .real_s = grade_random(rng, (size_t)n),
                   .fake_s = grade_random(rng, (size_t)n)};
}

/* s where one side is 0 and the other 0, 1000 or -1000, one picture each. */
static void grade_ends(Grade *g, const char *what, int loss, int count,
                       const double (*s)[2]) {
    Batch t[BATCHES];
    real *got = grade_room(BATCHES);
    for (int k = 0; k < BATCHES; k++) {
        const double *at = s[k < count ? k : 0];
        t[k] = (Batch){.n = 1,
                       .loss = loss,
                       .real_s = grade_copy(1, (const real[]){(real)at[0]}),
                       .fake_s = grade_copy(1, (const real[]){(real)at[1]})};
        got[k] = yours(&t[k]);
    }
    grade_formula(g, what, BATCHES, got, losses, t, loss_whys[loss], NULL);
}

static void grade_losses(Grade *g, int loss, const char *what, const char *high,
                         const char *low) {
    static const double up[][2] = {{0, 1000}, {1000, 1}, {1000, 1000}},
                        down[][2] = {{0, -1000}, {-1000, 1}, {-1000, -1000}},
                        middle[][2] = {{0, 0}};
    Rng rng = grade_rng(16 + (uint64_t)loss);
    Batch t[BATCHES];
    real *got = grade_room(BATCHES), *of_real = grade_zeros(BATCHES),
         *of_fake = grade_zeros(BATCHES);
    for (int k = 0; k < BATCHES; k++) {
        t[k] = random_batch(N, loss, &rng);
        got[k] = yours(&t[k]);
        of_real[k] = (real)loss_of(&t[k], ONLY_REAL);
        of_fake[k] = (real)loss_of(&t[k], ONLY_FAKE);
    }
    GradeHints hints = {0};
    if (loss == LOSS_D) {
        hints.terms[0] = (SumTerm){of_real, "-log D(real)", 1};
        hints.terms[1] = (SumTerm){of_fake, "-log(1 - D(fake))", 1};
    }
    grade_formula(g, what, BATCHES, got, losses, t, loss_whys[loss], &hints);
    grade_ends(g, "the loss where D is 1/2", loss, 1, middle);
    grade_ends(g, high, loss, 3, up);
    grade_ends(g, low, loss, 3, down);
}

static void grade_d(Grade *g) {
    grade_losses(g, LOSS_D, "L_D of eight batches", "L_D for s of 1000",
                 "L_D for s of -1000");
}

static void grade_written(Grade *g) {
    grade_losses(g, LOSS_WRITTEN, "L_G0 of eight batches", "L_G0 for s of 1000",
                 "L_G0 for s of -1000");
}

static void grade_used(Grade *g) {
    grade_losses(g, LOSS_USED, "L_G of eight batches", "L_G for s of 1000",
                 "L_G for s of -1000");
}

/* ---- Gradients ---- */

static const char *const back_whys[] = {
    "",
    "the mean over pictures is missing: divide by n",
    "missing +=: the right numbers, but what was there before is lost; = stands where += "
    "belongs",
    "this is D (1 - D), the derivative of the sigmoid alone: the logarithm's is missing",
    "this is D; of -log D it is D - 1",
    "this is D - 1; of -log(1 - D) it is D",
    "this is -D, as of log(1 - D)",
    "this is 1 - D, as of log D; of -log D the sign is turned",
    "the sigmoid is taken of D once more: s is what comes before it",
    "this is the derivative by D, 1 / D: by s it has a factor D (1 - D)",
    "this is the derivative by D, 1 / (1 - D): by s it has a factor D (1 - D)",
    "the first picture is left out: i begins at 0",
    "the last picture is left out: i < n",
    "real_s and fake_s are exchanged",
    "multiplied by n: divide",
    "every picture is the first one: s[i]",
    "1 / n is missing at the 1: (D - 1) / n, not D / n - 1",
    "this is D + 1: D - 1",
    "-1 / D: the derivative by D, which has a factor D (1 - D) by s",
    "e^s where e^-s belongs: D is 1 / (1 + e^-s)",
    "nothing is added for these",
    "D - 2 where D - 1 belongs",
    "D is 1 / (1 + e^-s); here the 1 + is missing",
    "s is taken for D: D is the sigmoid of s",
    "this is -D (1 - D), the derivative of the sigmoid alone: the logarithm's is missing",
    NULL};

static double pull(const Batch *t, int mistake, int i) {
    const bool fake = t->fake != (mistake == 13 && t->real_s);
    const double s = (double)(fake ? t->fake_s : t->real_s)[mistake == 15 ? 0 : i];
    double d = probability(s);
    if (mistake == 8) d = probability(d);
    if (mistake == 19) d = 1 - d;
    if (mistake == 22) d = 1 / exp(-s);
    if (mistake == 23) d = s;
    /* D - 1 for real ones and for L_G, D for fakes, -D for L_G0. */
    const bool minus_one = t->loss == LOSS_USED || (t->loss == LOSS_D && !t->fake);
    double right = minus_one ? d - 1 : t->loss == LOSS_D ? d : -d;
    switch (mistake) {
    case 3:
        right = d * (1 - d);
        break;
    case 24:
        right = -d * (1 - d);
        break;
    case 4:
        right = d;
        break;
    case 5:
        right = d - 1;
        break;
    case 6:
        right = -d;
        break;
    case 7:
        right = 1 - d;
        break;
    case 9:
        right = 1 / d;
        break;
    case 10:
        right = 1 / (1 - d);
        break;
    case 16:
        right = minus_one ? d - t->n : right;
        break;
    case 17:
        right = d + 1;
        break;
    case 18:
        right = -1 / d;
        break;
    case 21:
        right = d - 2;
        break;
    default:
        break;
    }
    if ((mistake == 11 && !i) || (mistake == 12 && i == t->n - 1) || mistake == 20)
        return 0;
    if (mistake == 1) return right;
    return mistake == 14 ? right * t->n : right / t->n;
}

static void pulls(const void *context, int mistake, real *ds) {
    const Batch *t = context;
    for (int i = 0; i < t->n; i++) {
        ds[i] = (real)pull(t, mistake, i);
        if (mistake == 2 && t->before) ds[i] -= t->before[i];
    }
}

/* The gradient by real_s or by fake_s, on top of what was there. */
static real *gradient_of(const Batch *t) {
    const size_t n = (size_t)t->n;
    real *ds = t->before ? grade_copy(n, t->before) : grade_zeros(n);
    if (t->loss == LOSS_D && t->fake)
        d_loss_backward(t->n, t->real_s, t->fake_s, grade_zeros(n), ds);
    else if (t->loss == LOSS_D)
        d_loss_backward(t->n, t->real_s, t->fake_s, ds, grade_zeros(n));
    else if (t->loss == LOSS_USED)
        g_loss_used_backward(t->n, t->fake_s, ds);
    else
        g_loss_written_backward(t->n, t->fake_s, ds);
    return ds;
}

static void grade_batch(Grade *g, const char *what, const Batch *t) {
    const size_t n = (size_t)t->n;
    real *d = grade_room(n), *one = grade_room(n);
    GradeHints hints = {.before = t->before};
    for (int i = 0; i < t->n; i++) {
        d[i] = (real)(pull(t, 4, i));
        one[i] = 1 / (real)t->n;
    }
    const double right = pull(t, 0, 0), of_d = (double)d[0];
    const double sign = fabs(right + of_d) < 1e-12 ? -1 : 1;
    hints.terms[0] = (SumTerm){d, "D", sign};
    hints.terms[1] = (SumTerm){one, "1", right < of_d - 1e-12 && sign > 0 ? -1 : 0};
    grade_formula(g, what, n, gradient_of(t), pulls, t, back_whys, &hints);
}

static double right_loss(void *context) {
    return loss_of(context, 0);
}

static void grade_side(Grade *g, Batch t, const char *what, const char *before,
                       const char *large, Rng *rng) {
    real *s = grade_copy((size_t)t.n, t.fake ? t.fake_s : t.real_s);
    *(t.fake ? &t.fake_s : &t.real_s) = s;
    const GradeHints hints = grade_mistakes((size_t)t.n, pulls, &t, back_whys, NULL);
    grade_gradient(g, what, (size_t)t.n, s, right_loss, &t, gradient_of(&t), &hints);
    t.before = grade_random(rng, (size_t)t.n);
    grade_batch(g, before, &t);
    t.before = NULL;
    t.n = 5; /* n, and not a number of which there may be a factor */
    t.real_s = t.fake_s = grade_copy(5, (const real[]){0, -1000, 1000, -1000, 1000});
    grade_batch(g, large, &t);
}

static void grade_d_backward(Grade *g) {
    Rng rng = grade_rng(19);
    Batch t = random_batch(7, LOSS_D, &rng);
    grade_side(g, t, "L_D by real_s, against differences",
               "L_D by real_s, where there was something before",
               "L_D by real_s, for s of -1000 and 1000", &rng);
    t.fake = true;
    grade_side(g, t, "L_D by fake_s, against differences",
               "L_D by fake_s, where there was something before",
               "L_D by fake_s, for s of -1000 and 1000", &rng);
}

static void grade_g_backward(Grade *g, int loss) {
    Rng rng = grade_rng(20 + (uint64_t)loss);
    Batch t = random_batch(7, loss, &rng);
    t.fake = true;
    t.real_s = NULL;
    grade_side(g, t, "by fake_s, against differences",
               "by fake_s, where there was something before",
               "by fake_s, for s of -1000 and 1000", &rng);
}

static void grade_written_backward(Grade *g) {
    grade_g_backward(g, LOSS_WRITTEN);
}

static void grade_used_backward(Grade *g) {
    grade_g_backward(g, LOSS_USED);
}

static const Part parts[] = {{"d_loss", 4, grade_d},
                             {"d_loss_backward", 6, grade_d_backward},
                             {"g_loss_written", 4, grade_written},
                             {"g_loss_written_backward", 3, grade_written_backward},
                             {"g_loss_used", 4, grade_used},
                             {"g_loss_used_backward", 3, grade_used_backward},
                             {NULL, 0, NULL}};

int main(int argc, char **argv) {
    return grade_main(argc, argv, "16_gan", parts);
}
