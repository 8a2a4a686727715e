#include "lessons/check/gan.h"

#include <math.h>
#include <stddef.h>

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

static const char *const loss_whys[][LOSSES + 1] = {
    [GAN_LOSS_D] =
        {COMMON_WHYS,
         [EXCHANGED] = "real ones and fakes are exchanged: -log D is for the real ones",
         [TURNED] = "the sign is turned: this is V, and L_D is -V",
         [OTHER_FORM] = "-log D for both: of fakes it is -log(1 - D)",
         [BOTH_FAKE] = "-log(1 - D) for both: of real ones it is -log D",
         [BOTH_REAL_S] = "both means are over real_s: of fakes it is fake_s",
         [ONLY_REAL] = "the fakes are missing: -log(1 - D(fake))",
         [ONLY_FAKE] = "the real ones are missing: -log D(real)",
         [TWO_MEANS] =
             "real ones and fakes have a mean each, and L_D is the sum of both"},
    [GAN_LOSS_WRITTEN] =
        {
            COMMON_WHYS, [EXCHANGED] = "this is -log D, which is L_G",
            [TURNED] = "this is -log(1 - D), as in L_D; G wants it the other way round",
            [OTHER_FORM] = "this is log D: it is log(1 - D)",
            [ONLY_REAL] = "the mean of 1 - D, without a logarithm",
            [ONLY_FAKE] = "1 - log D where log(1 - D) belongs",
            [TWO_MEANS] = "divided by 2 n: by n"},
    [GAN_LOSS_USED] = {COMMON_WHYS, [EXCHANGED] = "this is log(1 - D), which is L_G0",
                       [TURNED] = "this is log D: it is -log D",
                       [OTHER_FORM] = "this is -log(1 - D), what D wants",
                       [ONLY_REAL] = "the mean of 1 - D, without a logarithm",
                       [ONLY_FAKE] = "1 - log D where -log D belongs",
                       [TWO_MEANS] = "divided by 2 n: by n"}};

const char *const *gan_loss_whys(int loss) {
    return loss_whys[loss];
}

/* log D, with mistakes in D and in the logarithm; turned: log(1 - D), which is log D of
 * -s. */
static double log_d(int mistake, double s, bool turned) {
    const double at = mistake == SIGMOID_TWICE ? probability(s) : s;
    const double d = turned ? -at : at;
    if (mistake == PLAIN_D) return probability(s);
    if (mistake == BASE_2) return -softplus(-d) / log(2);
    return -softplus(-d);
}

/* L_D of picture i of both kinds. */
static double d_loss_of(int mistake, double real_s, double fake_s) {
    const double of_real = -log_d(mistake, real_s, false);
    const double of_fake = -log_d(mistake, fake_s, true);
    switch (mistake) {
    case EXCHANGED:
        return softplus(real_s) + softplus(-fake_s);
    case TURNED:
        return -of_real - of_fake;
    case OTHER_FORM:
        return of_real + softplus(-fake_s);
    case ONLY_REAL:
        return of_real;
    case ONLY_FAKE:
        return of_fake;
    case BOTH_FAKE:
        return softplus(real_s) + of_fake;
    case BOTH_REAL_S:
        return of_real + softplus(real_s);
    default:
        return of_real + of_fake;
    }
}

/* L_G0, log(1 - D). */
static double written_loss_of(int mistake, double s) {
    switch (mistake) {
    case EXCHANGED:
        return softplus(-s);
    case TURNED:
        return -log_d(mistake, s, true);
    case OTHER_FORM:
        return -softplus(-s);
    case ONLY_REAL:
        return 1 - probability(s);
    case ONLY_FAKE:
        return 1 + softplus(-s);
    default:
        return log_d(mistake, s, true);
    }
}

/* L_G, -log D. */
static double used_loss_of(int mistake, double s) {
    switch (mistake) {
    case EXCHANGED:
        return -softplus(s);
    case TURNED:
        return log_d(mistake, s, false);
    case OTHER_FORM:
        return softplus(s);
    case ONLY_REAL:
        return 1 - probability(s);
    case ONLY_FAKE:
        return 1 + softplus(-s);
    default:
        return -log_d(mistake, s, false);
    }
}

static double picture_loss(const GanBatch *t, int mistake, int i) {
    const double fake_s = (double)t->fake_s[i];
    switch (t->loss) {
    case GAN_LOSS_D:
        return d_loss_of(mistake, (double)t->real_s[i], fake_s);
    case GAN_LOSS_WRITTEN:
        return written_loss_of(mistake, fake_s);
    default:
        return used_loss_of(mistake, fake_s);
    }
}

double gan_loss(const GanBatch *t, int mistake) {
    const int end = t->n - (mistake == LAST_OUT);
    double sum = 0;
    for (int i = mistake == FIRST_OUT; i < end; i++) {
        if (mistake == LAST_ONLY) sum = 0;
        sum += picture_loss(t, mistake, mistake == FIRST_FOR_ALL ? 0 : i);
    }
    switch (mistake) {
    case NO_MEAN:
        return sum;
    case TIMES_N:
        return sum * t->n;
    case TWO_MEANS:
        return sum / (2 * t->n);
    default:
        return sum / t->n;
    }
}

double gan_real_loss(const GanBatch *t) {
    return gan_loss(t, ONLY_REAL);
}

double gan_fake_loss(const GanBatch *t) {
    return gan_loss(t, ONLY_FAKE);
}

void gan_losses(const void *context, int mistake, real *loss) {
    const GanBatch *t = context;
    double all = 0;
    for (int k = 0; k < GAN_BATCHES; k++) {
        const double one = gan_loss(&t[k], mistake);
        all += one;
        loss[k] = (real)(mistake == STATIC ? all : one);
    }
}

/* ---- Gradients ---- */

enum {
    BACK_NO_MEAN = 1,
    BACK_ASSIGNED,
    BACK_SIGMOID_ALONE,
    BACK_D,
    BACK_D_MINUS_1,
    BACK_MINUS_D,
    BACK_ONE_MINUS_D,
    BACK_SIGMOID_TWICE,
    BACK_OVER_D,
    BACK_OVER_ONE_MINUS_D,
    BACK_FIRST_OUT,
    BACK_LAST_OUT,
    BACK_EXCHANGED,
    BACK_TIMES_N,
    BACK_FIRST_FOR_ALL,
    BACK_ONE_NOT_DIVIDED,
    BACK_D_PLUS_1,
    BACK_MINUS_OVER_D,
    BACK_E_TO_S,
    BACK_NOTHING,
    BACK_D_MINUS_2,
    BACK_NO_ONE_PLUS,
    BACK_S_FOR_D,
    BACK_MINUS_SIGMOID_ALONE
};

const char *const gan_back_whys[] = {
    [RIGHT] = "",
    [BACK_NO_MEAN] = "the mean over pictures is missing: divide by n",
    [BACK_ASSIGNED] = "missing +=: the right numbers, but what was there before is lost; "
                      "= stands where += belongs",
    [BACK_SIGMOID_ALONE] = "this is D (1 - D), the derivative of the sigmoid alone: the "
                           "logarithm's is missing",
    [BACK_D] = "this is D; of -log D it is D - 1",
    [BACK_D_MINUS_1] = "this is D - 1; of -log(1 - D) it is D",
    [BACK_MINUS_D] = "this is -D, as of log(1 - D)",
    [BACK_ONE_MINUS_D] = "this is 1 - D, as of log D; of -log D the sign is turned",
    [BACK_SIGMOID_TWICE] =
        "the sigmoid is taken of D once more: s is what comes before it",
    [BACK_OVER_D] = "this is the derivative by D, 1 / D: by s it has a factor D (1 - D)",
    [BACK_OVER_ONE_MINUS_D] =
        "this is the derivative by D, 1 / (1 - D): by s it has a factor D (1 - D)",
    [BACK_FIRST_OUT] = "the first picture is left out: i begins at 0",
    [BACK_LAST_OUT] = "the last picture is left out: i < n",
    [BACK_EXCHANGED] = "real_s and fake_s are exchanged",
    [BACK_TIMES_N] = "multiplied by n: divide",
    [BACK_FIRST_FOR_ALL] = "every picture is the first one: s[i]",
    [BACK_ONE_NOT_DIVIDED] = "1 / n is missing at the 1: (D - 1) / n, not D / n - 1",
    [BACK_D_PLUS_1] = "this is D + 1: D - 1",
    [BACK_MINUS_OVER_D] =
        "-1 / D: the derivative by D, which has a factor D (1 - D) by s",
    [BACK_E_TO_S] = "e^s where e^-s belongs: D is 1 / (1 + e^-s)",
    [BACK_NOTHING] = "nothing is added for these",
    [BACK_D_MINUS_2] = "D - 2 where D - 1 belongs",
    [BACK_NO_ONE_PLUS] = "D is 1 / (1 + e^-s); here the 1 + is missing",
    [BACK_S_FOR_D] = "s is taken for D: D is the sigmoid of s",
    [BACK_MINUS_SIGMOID_ALONE] = "this is -D (1 - D), the derivative of the sigmoid "
                                 "alone: the logarithm's is missing",
    NULL};

/* D of picture i. */
static double d_of(const GanBatch *t, int mistake, int i) {
    const bool fake = t->fake != (mistake == BACK_EXCHANGED && t->real_s);
    const real *all = fake ? t->fake_s : t->real_s;
    const double s = (double)all[mistake == BACK_FIRST_FOR_ALL ? 0 : i];
    switch (mistake) {
    case BACK_SIGMOID_TWICE:
        return probability(probability(s));
    case BACK_E_TO_S:
        return 1 - probability(s);
    case BACK_NO_ONE_PLUS:
        return 1 / exp(-s);
    case BACK_S_FOR_D:
        return s;
    default:
        return probability(s);
    }
}

/* The derivative of a loss by s, where d is D of it. */
static double derivative(const GanBatch *t, int mistake, double d) {
    /* D - 1 for real ones and for L_G, D for fakes, -D for L_G0. */
    const bool minus_one =
        t->loss == GAN_LOSS_USED || (t->loss == GAN_LOSS_D && !t->fake);
    const double right = minus_one ? d - 1 : t->loss == GAN_LOSS_D ? d : -d;
    switch (mistake) {
    case BACK_SIGMOID_ALONE:
        return d * (1 - d);
    case BACK_MINUS_SIGMOID_ALONE:
        return -d * (1 - d);
    case BACK_D:
        return d;
    case BACK_D_MINUS_1:
        return d - 1;
    case BACK_MINUS_D:
        return -d;
    case BACK_ONE_MINUS_D:
        return 1 - d;
    case BACK_OVER_D:
        return 1 / d;
    case BACK_OVER_ONE_MINUS_D:
        return 1 / (1 - d);
    case BACK_ONE_NOT_DIVIDED:
        return minus_one ? d - t->n : right;
    case BACK_D_PLUS_1:
        return d + 1;
    case BACK_MINUS_OVER_D:
        return -1 / d;
    case BACK_D_MINUS_2:
        return d - 2;
    default:
        return right;
    }
}

double gan_pull(const GanBatch *t, int mistake, int i) {
    const double right = derivative(t, mistake, d_of(t, mistake, i));
    switch (mistake) {
    case BACK_NO_MEAN:
        return right;
    case BACK_FIRST_OUT:
        return i > 0 ? right / t->n : 0;
    case BACK_LAST_OUT:
        return i < t->n - 1 ? right / t->n : 0;
    case BACK_TIMES_N:
        return right * t->n;
    case BACK_NOTHING:
        return 0;
    default:
        return right / t->n;
    }
}

double gan_d(const GanBatch *t, int i) {
    return gan_pull(t, BACK_D, i);
}

void gan_pulls(const void *context, int mistake, real *ds) {
    const GanBatch *t = context;
    for (int i = 0; i < t->n; i++) {
        ds[i] = (real)gan_pull(t, mistake, i);
        if (mistake == BACK_ASSIGNED && t->before) ds[i] -= t->before[i];
    }
}
