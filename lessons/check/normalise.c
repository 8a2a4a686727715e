#include "lessons/check/normalise.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lessons/check/slips.h"

enum {
    RIGHT,
    W_NO_BEFORE,
    W_OVER_BEFORE,
    W_NO_MEAN,
    W_TIMES_MEAN,
    W_UPSIDE_DOWN,
    W_BEFORE_OF_OUTPUT,
    W_MEAN_OF_INPUT,
    W_OTHER_LAYOUT,
    W_ONE_TAP,
    W_FIRST_BEFORE,
    W_FIRST_MEAN,
    W_LOST,
    W_TURNED,
    W_NO_FIRST_OUTPUT,
    W_NO_FIRST_INPUT,
    W_NO_FIRST_TAP,
    W_NO_LAST_OUTPUT,
    W_NO_LAST_INPUT,
    W_NO_LAST_TAP,
    W_UNCHANGED,
    W_OVER_INPUTS, /* from here on see one_by_one() */
    W_OVER_TAPS,
    W_TIMES_O,
    W_TAPS_TO_O,
    W_OVER_W
};

const char *const normalise_weight_whys[] = {
    [RIGHT] = "",
    [W_NO_BEFORE] = "its input has become smaller: multiply by before[i]",
    [W_OVER_BEFORE] =
        "its input has become smaller: multiply by before[i], do not divide",
    [W_NO_MEAN] = "divide by mean[o]",
    [W_TIMES_MEAN] = "divide by mean[o], do not multiply",
    [W_UPSIDE_DOWN] = "upside down: before[i] / mean[o], not mean[o] / before[i]",
    [W_BEFORE_OF_OUTPUT] = "before[] belongs to the input i, not to the output",
    [W_MEAN_OF_INPUT] = "mean[] belongs to the output o, not to the input",
    [W_OTHER_LAYOUT] =
        "w is gone through as (inputs, outputs, taps); it is (outputs, inputs, taps)",
    [W_ONE_TAP] = "only the first tap of each is changed: all t do",
    [W_FIRST_BEFORE] = "every input gets before[0]: before[i]",
    [W_FIRST_MEAN] = "every output gets mean[0]: mean[o]",
    [W_LOST] = "what w was is lost: *= and not =",
    [W_TURNED] = "the sign is turned",
    [W_NO_FIRST_OUTPUT] = "the first output is left out: o begins at 0",
    [W_NO_FIRST_INPUT] = "the first input is left out: i begins at 0",
    [W_NO_FIRST_TAP] = "the first tap is left out: t begins at 0",
    [W_NO_LAST_OUTPUT] = "the last output is left out: o < outputs",
    [W_NO_LAST_INPUT] = "the last input is left out: i < inputs",
    [W_NO_LAST_TAP] = "the last tap is left out: t < taps",
    [W_UNCHANGED] = "the weights are not changed",
    [W_OVER_INPUTS] = "o / inputs stands where o inputs belongs in the index of w",
    [W_OVER_TAPS] = "the index of w divides by taps: multiply",
    [W_TIMES_O] = "o stands where taps belongs in the index of w",
    [W_TAPS_TO_O] = "t ends at o: t < taps",
    [W_OVER_W] = "divided by w[o]: by mean[o]",
    NULL};

enum { QUOTIENT };
const char *const normalise_weight_values[] = {[QUOTIENT] = "before[i] / mean[o]", NULL};

static int at_most(int a, int n) {
    return a < n ? a : n - 1;
}

/* With an index that is wrong: it matters what has been changed already. */
static void one_by_one(const NormaliseLayer *t, int mistake, real *w) {
    const int all = t->outputs * t->inputs * t->taps;
    memcpy(w, t->w, (size_t)all * sizeof *w);
    for (int o = 0; o < t->outputs; o++)
        for (int i = 0; i < t->inputs; i++) {
            const int end = mistake == W_TAPS_TO_O ? o : t->taps;
            int row = o * t->inputs + i;
            if (mistake == W_OVER_INPUTS) row = o / t->inputs + i;
            int start = row * t->taps;
            if (mistake == W_OVER_TAPS) start = row / t->taps;
            if (mistake == W_TIMES_O) start = row * o;
            const real *by = mistake == W_OVER_W ? w : t->mean;
            for (int tap = 0; tap < end && start + tap < all; tap++)
                w[start + tap] *= t->before[i] / by[o];
        }
}

/* Whether a weight is changed. */
static bool changed(const NormaliseLayer *t, int mistake, int o, int i, int tap) {
    switch (mistake) {
    case W_ONE_TAP:
        return tap == 0;
    case W_NO_FIRST_OUTPUT:
        return o > 0;
    case W_NO_FIRST_INPUT:
        return i > 0;
    case W_NO_FIRST_TAP:
        return tap > 0;
    case W_NO_LAST_OUTPUT:
        return o < t->outputs - 1;
    case W_NO_LAST_INPUT:
        return i < t->inputs - 1;
    case W_NO_LAST_TAP:
        return tap < t->taps - 1;
    case W_UNCHANGED:
        return false;
    default:
        return true;
    }
}

static double before_of(const NormaliseLayer *t, int mistake, int o, int i) {
    if (mistake == W_FIRST_BEFORE) return (double)t->before[0];
    if (mistake == W_BEFORE_OF_OUTPUT) return (double)t->before[at_most(o, t->inputs)];
    return (double)t->before[i];
}

static double mean_of(const NormaliseLayer *t, int mistake, int o, int i) {
    if (mistake == W_FIRST_MEAN) return (double)t->mean[0];
    if (mistake == W_MEAN_OF_INPUT) return (double)t->mean[at_most(i, t->outputs)];
    return (double)t->mean[o];
}

/* What the weights of output o and input i are multiplied with. */
static double factor_of(const NormaliseLayer *t, int mistake, int o, int i) {
    const double before = before_of(t, mistake, o, i);
    const double mean = mean_of(t, mistake, o, i);
    switch (mistake) {
    case W_NO_BEFORE:
        return 1 / mean;
    case W_OVER_BEFORE:
        return 1 / (before * mean);
    case W_NO_MEAN:
        return before;
    case W_TIMES_MEAN:
        return before * mean;
    case W_UPSIDE_DOWN:
        return mean / before;
    case W_TURNED:
        return -(before / mean);
    default:
        return slip(mistake, QUOTIENT, before / mean);
    }
}

void normalise_weights(const void *context, int mistake, real *w) {
    const NormaliseLayer *t = context;
    if (mistake >= W_OVER_INPUTS && mistake <= W_OVER_W) {
        one_by_one(t, mistake, w);
        return;
    }
    for (int e = 0; e < t->outputs * t->inputs * t->taps; e++) {
        const int row = e / t->taps, tap = e % t->taps;
        const bool other = mistake == W_OTHER_LAYOUT;
        const int o = other ? row % t->outputs : row / t->inputs;
        const int i = other ? row / t->outputs : row % t->inputs;
        double factor = changed(t, mistake, o, i, tap) ? factor_of(t, mistake, o, i) : 1;
        if (mistake == W_LOST) factor /= (double)t->w[e];
        w[e] = (real)((double)t->w[e] * factor);
    }
}

enum {
    B_UNCHANGED = 1,
    B_TIMES_MEAN,
    B_TIMES_BEFORE,
    B_FIRST_MEAN,
    B_PER_INPUT,
    B_PER_WEIGHT,
    B_NO_FIRST,
    B_NO_LAST,
    B_LOST,
    B_OVER_W
};

const char *const normalise_bias_whys[] = {
    [RIGHT] = "",
    [B_UNCHANGED] = "the bias has to be divided, too",
    [B_TIMES_MEAN] = "divide the bias by mean[o], do not multiply",
    [B_TIMES_BEFORE] = "the bias reads no input: before[] is not its business",
    [B_FIRST_MEAN] = "every output gets mean[0]: mean[o]",
    [B_PER_INPUT] =
        "the bias is divided once for each input: it stands inside of the loop over i",
    [B_PER_WEIGHT] =
        "the bias is divided once for each weight: it stands inside of the loop over t",
    [B_NO_FIRST] = "the first output is left out: o begins at 0",
    [B_NO_LAST] = "the last output is left out: o < outputs",
    [B_LOST] = "what b was is lost: /= and not =",
    [B_OVER_W] = "divided by w[o]: by mean[o]",
    NULL};

enum { MEAN };
const char *const normalise_bias_values[] = {[MEAN] = "mean[o]", NULL};

/* 1 / mean^times, one division after the other. */
static double divided(double mean, int times) {
    double factor = 1;
    for (int k = 0; k < times; k++)
        factor /= mean;
    return factor;
}

/* What b[o] is multiplied with. */
static double bias_factor_of(const NormaliseLayer *t, int mistake, int o) {
    const double mean = (double)t->mean[mistake == B_FIRST_MEAN ? 0 : o];
    const double right = 1 / slip(mistake, MEAN, mean);
    switch (mistake) {
    case B_UNCHANGED:
        return 1;
    case B_TIMES_MEAN:
        return mean;
    case B_TIMES_BEFORE:
        return right * (double)t->before[at_most(o, t->inputs)];
    case B_PER_INPUT:
        return divided(mean, t->inputs);
    case B_PER_WEIGHT:
        return divided(mean, t->inputs * t->taps);
    case B_NO_FIRST:
        return o > 0 ? right : 1;
    case B_NO_LAST:
        return o < t->outputs - 1 ? right : 1;
    case B_LOST:
        return mean / (double)t->b[o];
    case B_OVER_W: /* w[o], changed already, is of output 0 */
        return (double)(t->mean[0] / t->before[o / t->taps] / t->w[o]);
    default:
        return right;
    }
}

void normalise_biases(const void *context, int mistake, real *b) {
    const NormaliseLayer *t = context;
    for (int o = 0; o < t->outputs; o++)
        b[o] = (real)((double)t->b[o] * bias_factor_of(t, mistake, o));
}
