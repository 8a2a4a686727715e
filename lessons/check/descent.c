#include "lessons/check/descent.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lessons/check/slips.h"

enum { N = DESCENT_N };

const char *const descent_whys[] = {
    "",
    "the gradient is computed once, and not again at every new x",
    "the steps go uphill: x - rate dJ/dx",
    "the gradient of the call before is still in it: it begins at 0",
    "one step is missing",
    "one step too many",
    "the rate drops one step too late: step drop_step is the first with the new rate",
    "the rate drops one step too early: step drop_step is the first with the new rate",
    "the rate never drops",
    "the new rate is used from the beginning on",
    "after the first clamp_steps steps x may go where it wants",
    "x is never clamped",
    "clamped after the step, which hides where it went: it is done before",
    "x is clamped in one step too many: step < clamp_steps",
    "x is clamped in one step too few: step < clamp_steps, and they count from 0",
    "only what is above high is clamped, not what is below low",
    "only what is below low is clamped, not what is above high",
    "low and high are exchanged: fmax with low, fmin with high",
    "the rate is missing: x - rate dJ/dx",
    "only the first number moves",
    "only the first number is clamped",
    "the last number does not move: i < n",
    "the first number does not move: i begins at 0",
    "the gradient is clamped, not x",
    "x is lost: x -= rate dJ/dx",
    "rate and drop_rate are exchanged",
    "the first step is left out: steps count from 0",
    "the last number is not clamped: i < n",
    "the first number is not clamped: i begins at 0",
    "x moves by the last term alone, which is in scratch: by gradient",
    "x is divided by the rate: multiply",
    "x is clamped after the move, too: only before it",
    "the rate is divided by the gradient: rate dJ/dx",
    "x becomes rate dJ/dx, and what it was is lost: x -= rate dJ/dx",
    "x moves by rate x: by rate dJ/dx",
    "every number moves by gradient[step]: i counts the numbers",
    "all moves go to x[step]: i counts the numbers",
    "what is clamped is written to x[step]: i counts the numbers",
    "every number is put on the clamped x[step]: i counts the numbers",
    "fmax stands where fmin belongs: fmin with high",
    "fmin stands where fmax belongs: fmax with low",
    "scratch is clamped, not x",
    "scratch and gradient are the same memory in the call of total_loss",
    "x never moves: x -= rate dJ/dx",
    NULL};
const char *const descent_values[] = {"the rate", "what is clamped", NULL};
enum { RATE, CLAMPED };

static double clamped(const Transfer *t, int mistake, double x) {
    switch (mistake) {
    case 15:
        return fmin(x, t->high);
    case 16:
        return fmax(x, t->low);
    case 17:
        return fmax(fmin(x, t->low), t->high);
    case 39:
        return fmax(fmax(x, t->low), t->high);
    case 40:
        return fmin(fmin(x, t->low), t->high);
    default:
        return slip(mistake, CLAMPED, fmin(fmax(x, t->low), t->high));
    }
}

static void clamp(const Transfer *t, int mistake, int step, const real *scratch,
                  real *x) {
    const int end = mistake == 20 ? 1 : t->n - (mistake == 27);
    for (int i = mistake == 28; i < end; i++) {
        const int from = mistake == 38 ? step : i, to = mistake == 37 ? step : i;
        x[to] = (real)clamped(t, mistake, (double)(mistake == 41 ? scratch : x)[from]);
    }
}

static double rate_of(const Transfer *t, int mistake, int step) {
    const int drop = t->drop_step + (mistake == 6) - (mistake == 7);
    const double early = mistake == 25 ? t->drop_rate : t->rate,
                 late = mistake == 25 ? t->rate : t->drop_rate;
    if (mistake == 18) return 1;
    if (mistake == 43) return 0;
    if (mistake == 8) return early;
    if (mistake == 9) return late;
    const double rate = step < drop ? early : late;
    return mistake == 2 ? -rate : mistake == 30 ? 1 / rate : slip(mistake, RATE, rate);
}

void descent(const void *context, int mistake, real *x) {
    const Descent *p = context;
    const Transfer *t = &p->t;
    real gradient[N] = {0}, sum[N] = {0}, scratch[N];
    for (int i = 0; i < N; i++)
        scratch[i] = (real)NAN; /* which is put on `low` when it is clamped */
    memcpy(x, p->start, (size_t)t->n * sizeof *x);
    const int steps = t->steps - (mistake == 4) + (mistake == 5);
    for (int step = mistake == 26; step < steps; step++) {
        const int clamps = t->clamp_steps + (mistake == 13) - (mistake == 14);
        const bool early = mistake == 10 || (mistake != 11 && step < clamps);
        if (early && mistake != 12 && mistake != 23) clamp(t, mistake, step, scratch, x);
        if (mistake != 1 || step == 0)
            p->total(t, x, mistake == 42 ? gradient : scratch, gradient);
        if (early && mistake == 23) clamp(t, 0, step, scratch, gradient);
        for (int i = 0; i < t->n; i++) {
            sum[i] += gradient[i];
            if ((mistake == 19 && i) || (mistake == 21 && i == t->n - 1) ||
                (mistake == 22 && !i))
                continue;
            const real d = mistake == 3    ? sum[i]
                           : mistake == 29 ? scratch[i]
                           : mistake == 34 ? x[i]
                           : mistake == 35 ? gradient[step]
                                           : gradient[i];
            const real rate = (real)rate_of(t, mistake, step),
                       move = mistake == 32 ? rate / d : rate * d;
            if (mistake == 24 || mistake == 33)
                x[i] = mistake == 24 ? -move : move;
            else
                x[mistake == 36 ? step : i] -= move;
        }
        if (early && (mistake == 12 || mistake == 31))
            clamp(t, mistake, step, scratch, x);
    }
}
