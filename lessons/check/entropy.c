#include "lessons/check/entropy.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* log of the sum of e^z over some classes of picture i. */
static double log_sum(const EntropyBatch *t, int i, int first, int end) {
    const real *z = t->z + i * t->classes;
    double largest = (double)z[first];
    for (int k = first; k < end; k++)
        largest = fmax(largest, (double)z[k]);
    double all = exp((double)z[first] - largest);
    for (int k = first + 1; k < end; k++)
        all += exp((double)z[k] - largest);
    return log(all) + largest;
}

double entropy_log_sum(const EntropyBatch *t, int i) {
    return log_sum(t, i, 0, t->classes);
}

static double largest_of(const EntropyBatch *t, int i) {
    const real *z = t->z + i * t->classes;
    double largest = (double)z[0];
    for (int k = 1; k < t->classes; k++)
        largest = fmax(largest, (double)z[k]);
    return largest;
}

/* ---- The loss ---- */

enum {
    RIGHT,
    NO_MEAN,
    NO_LOGARITHM,
    ONLY_P,
    BASE_2,
    BASE_10,
    FIRST_LABEL,
    FIRST_Z,
    NO_LABEL,
    LABEL_ADDED,
    NOT_CLASS_0,
    NOT_LAST_CLASS,
    TURNED,
    LAST_ONLY,
    FIRST_OUT,
    LAST_OUT,
    LARGEST_LOST,
    LARGEST_TWICE,
    OVER_CLASSES,
    STATIC,
    Z_OF_CLASS_0,
    OVER_N_CLASSES,
    ROOT,
    ONE_CLASS,
    TIMES_N,
    ONE_MORE
};

const char *const entropy_loss_whys[] = {
    [RIGHT] = "",
    [NO_MEAN] = "the mean over pictures is missing: divide by n",
    [NO_LOGARITHM] = "the logarithm of the sum is missing",
    [ONLY_P] = "this is p; the loss is -log p",
    [BASE_2] = "this is the logarithm to the base 2: log()",
    [BASE_10] = "this is the logarithm to the base 10: log()",
    [FIRST_LABEL] = "all pictures have the label of the first: label[i]",
    [FIRST_Z] = "all pictures have the z of the first: z[i * classes + k]",
    [NO_LABEL] = "z of the label is missing: log of the sum - z[label]",
    [LABEL_ADDED] = "z of the label is added: it is taken off",
    [NOT_CLASS_0] = "the sum leaves out class 0: k begins at 0",
    [NOT_LAST_CLASS] = "the sum leaves out the last class: k < classes",
    [TURNED] = "the sign is turned: -log p",
    [LAST_ONLY] = "only the last picture counts: += is missing in the sum",
    [FIRST_OUT] = "the first picture is left out: i begins at 0",
    [LAST_OUT] = "the last picture is left out: i < n",
    [LARGEST_LOST] = "the largest z is not added again to the logarithm",
    [LARGEST_TWICE] = "the largest z is added twice, or taken off where it is added",
    [OVER_CLASSES] = "the mean is over classes: divide by n",
    [STATIC] = "the loss of the call before is still in it: the sum begins at 0",
    [Z_OF_CLASS_0] = "z of class 0 is taken, not of the label",
    [OVER_N_CLASSES] = "divided by n and by classes: by n only",
    [ROOT] = "the root of the sum of e^z",
    [ONE_CLASS] = "the sum of e^z holds one class only: += is missing",
    [TIMES_N] = "multiplied by n: divide",
    [ONE_MORE] = "1 more is in the sum of e^z: it begins at 0",
    NULL};

static double picture_loss(const EntropyBatch *t, int mistake, int row) {
    const int i = mistake == FIRST_Z ? 0 : row;
    const real *z = t->z + i * t->classes;
    int label = t->label[mistake == FIRST_LABEL ? 0 : row];
    if (mistake == Z_OF_CLASS_0) label = 0;
    const double of_label = (double)z[label];
    const int first = mistake == NOT_CLASS_0;
    const int end = t->classes - (mistake == NOT_LAST_CLASS);
    const double sum = log_sum(t, i, first, end), largest = largest_of(t, i);
    switch (mistake) {
    case NO_LOGARITHM:
        return exp(sum - largest) + largest - of_label;
    case ONLY_P:
        return exp(of_label - sum);
    case BASE_2:
        return (sum - largest) / log(2) + largest - of_label;
    case BASE_10:
        return (sum - largest) / log(10) + largest - of_label;
    case NO_LABEL:
        return sum;
    case LABEL_ADDED:
        return sum + of_label;
    case TURNED:
        return of_label - sum;
    case LARGEST_LOST:
        return sum - largest - of_label;
    case LARGEST_TWICE:
        return sum - 2 * largest - of_label;
    case ROOT:
        return sqrt(exp(sum - largest)) + largest - of_label;
    case ONE_CLASS:
        return (double)z[t->classes - 1] - of_label;
    case ONE_MORE:
        return log(exp(sum - largest) + 1) + largest - of_label;
    default:
        return sum - of_label;
    }
}

double entropy_loss(const EntropyBatch *t, int mistake) {
    const int end = t->n - (mistake == LAST_OUT);
    double sum = 0;
    for (int i = mistake == FIRST_OUT; i < end; i++) {
        if (mistake == LAST_ONLY) sum = 0;
        sum += picture_loss(t, mistake, i);
    }
    switch (mistake) {
    case NO_MEAN:
        return sum;
    case OVER_CLASSES:
        return sum / t->classes;
    case OVER_N_CLASSES:
        return sum / (t->n * t->classes);
    case TIMES_N:
        return sum / (1.0 / t->n);
    default:
        return sum / t->n;
    }
}

void entropy_losses(const void *context, int mistake, real *loss) {
    const EntropyBatch *t = context;
    double all = 0;
    for (int k = 0; k < ENTROPY_BATCHES; k++) {
        const double one = entropy_loss(&t[k], mistake);
        all += one;
        loss[k] = (real)(mistake == STATIC ? all : one);
    }
}

/* ---- The gradient ---- */

enum {
    BACK_NO_MEAN = 1,
    BACK_ONLY_P,
    BACK_ONLY_LABEL,
    BACK_SOFTMAX_ALONE,
    BACK_FIRST_LABEL,
    BACK_FIRST_Z,
    BACK_ASSIGNED,
    BACK_LABEL_ADDED,
    BACK_OTHER_LABELS,
    BACK_SUM_NOT_CLASS_0,
    BACK_SUM_NOT_LAST,
    BACK_NOT_DIVIDED,
    BACK_NOT_CLASS_0,
    BACK_NOT_LAST_CLASS,
    BACK_FIRST_OUT,
    BACK_LAST_OUT,
    BACK_LOG_P,
    BACK_TIMES_N,
    BACK_OVER_CLASSES,
    BACK_ONE_CLASS,
    BACK_TIMES_SUM,
    BACK_ONE_MORE,
    BACK_ONLY_AT_LABEL,
    BACK_ONLY_P_OVER_N,
    BACK_ONLY_LABEL_OVER_N
};

const char *const entropy_back_whys[] = {
    [RIGHT] = "",
    [BACK_NO_MEAN] = "the mean over pictures is missing: divide by n",
    [BACK_ONLY_P] = "this is p alone: what is true, [k = label], is to be taken off",
    [BACK_ONLY_LABEL] = "this is -1 alone: what the softmax says, p, is missing",
    [BACK_SOFTMAX_ALONE] = "this is p (1 - p), the derivative of the softmax alone: the "
                           "logarithm's is missing",
    [BACK_FIRST_LABEL] = "all pictures have the label of the first: label[i]",
    [BACK_FIRST_Z] = "all pictures have the z of the first: z[i * classes + k]",
    [BACK_ASSIGNED] = "missing +=: the right numbers, but what was there before is lost; "
                      "= stands where += belongs",
    [BACK_LABEL_ADDED] = "1 is added where k is the label: it is taken off",
    [BACK_OTHER_LABELS] = "1 is taken off where k is not the label: == and not !=",
    [BACK_SUM_NOT_CLASS_0] = "the sum of e^z leaves out class 0: k begins at 0",
    [BACK_SUM_NOT_LAST] = "the sum of e^z leaves out the last class: k < classes",
    [BACK_NOT_DIVIDED] = "e^z is not divided by its sum",
    [BACK_NOT_CLASS_0] = "class 0 of each picture is left out: k begins at 0",
    [BACK_NOT_LAST_CLASS] = "the last class of each picture is left out: k < classes",
    [BACK_FIRST_OUT] = "the first picture is left out: i begins at 0",
    [BACK_LAST_OUT] = "the last picture is left out: i < n",
    [BACK_LOG_P] = "this is log p - [k = label]: it is p",
    [BACK_TIMES_N] = "multiplied by n: divide",
    [BACK_OVER_CLASSES] = "divided by classes: by n",
    [BACK_ONE_CLASS] = "the sum of e^z holds one class only: += is missing",
    [BACK_TIMES_SUM] = "the sum of e^z is multiplied with: divide",
    [BACK_ONE_MORE] = "1 more is in the sum of e^z: it begins at 0",
    [BACK_ONLY_AT_LABEL] = "only the label gets something: all k do",
    [BACK_ONLY_P_OVER_N] = "only p is divided by n: the whole is",
    [BACK_ONLY_LABEL_OVER_N] = "only the 1 of the label is divided by n: the whole is",
    NULL};

/* What the softmax says. */
static double p_of(const EntropyBatch *t, int mistake, int i, int k) {
    const real *z = t->z + i * t->classes;
    const double largest = largest_of(t, i);
    const int first = mistake == BACK_SUM_NOT_CLASS_0;
    const int end = t->classes - (mistake == BACK_SUM_NOT_LAST);
    const double e = exp((double)z[k] - largest);
    const double sum = exp(log_sum(t, i, first, end) - largest);
    const double p = e / sum;
    switch (mistake) {
    case BACK_ONLY_LABEL:
        return 0;
    case BACK_SOFTMAX_ALONE:
        return p * (1 - p);
    case BACK_NOT_DIVIDED:
        return e;
    case BACK_LOG_P:
        return log(p);
    case BACK_ONE_CLASS:
        return e / exp((double)z[t->classes - 1] - largest);
    case BACK_TIMES_SUM:
        return e * sum;
    case BACK_ONE_MORE:
        return e / (sum + 1);
    default:
        return p;
    }
}

/* What is true, [k = label]: what is taken off from p. */
static double truth_of(int mistake, bool is_label) {
    const double truth = is_label ? 1 : 0;
    switch (mistake) {
    case BACK_ONLY_P:
    case BACK_SOFTMAX_ALONE:
        return 0;
    case BACK_LABEL_ADDED:
        return -truth;
    case BACK_OTHER_LABELS:
        return 1 - truth;
    default:
        return truth;
    }
}

/* Whether class k of picture i gets something. */
static bool pulled(const EntropyBatch *t, int mistake, int i, int k, bool is_label) {
    switch (mistake) {
    case BACK_NOT_CLASS_0:
        return k > 0;
    case BACK_NOT_LAST_CLASS:
        return k < t->classes - 1;
    case BACK_FIRST_OUT:
        return i > 0;
    case BACK_LAST_OUT:
        return i < t->n - 1;
    case BACK_ONLY_AT_LABEL:
        return is_label;
    default:
        return true;
    }
}

/* (p - [k = label]) / n */
static double pull(const EntropyBatch *t, int mistake, int i, int k) {
    const bool is_label = k == t->label[mistake == BACK_FIRST_LABEL ? 0 : i];
    const double p = p_of(t, mistake, mistake == BACK_FIRST_Z ? 0 : i, k);
    const double truth = truth_of(mistake, is_label);
    if (!pulled(t, mistake, i, k, is_label)) return 0;
    switch (mistake) {
    case BACK_NO_MEAN:
        return p - truth;
    case BACK_TIMES_N:
        return (p - truth) / (1.0 / t->n);
    case BACK_OVER_CLASSES:
        return (p - truth) / t->classes;
    case BACK_ONLY_P_OVER_N:
        return p / t->n - truth;
    case BACK_ONLY_LABEL_OVER_N:
        return p - truth / t->n;
    default:
        return (p - truth) / t->n;
    }
}

void entropy_pulls(const void *context, int mistake, real *dz) {
    const EntropyBatch *t = context;
    for (int e = 0; e < t->n * t->classes; e++) {
        dz[e] = (real)pull(t, mistake, e / t->classes, e % t->classes);
        if (mistake == BACK_ASSIGNED && t->before) dz[e] -= t->before[e];
    }
}

void entropy_terms(const EntropyBatch *t, real *p, real *label) {
    for (int e = 0; e < t->n * t->classes; e++) {
        p[e] = (real)pull(t, BACK_ONLY_P, e / t->classes, e % t->classes);
        label[e] = (real)pull(t, BACK_ONLY_LABEL, e / t->classes, e % t->classes);
    }
}
