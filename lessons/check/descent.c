#include "lessons/check/descent.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lessons/check/slips.h"

enum { N = DESCENT_N };

enum {
    RIGHT,
    GRADIENT_ONCE,
    UPHILL,
    GRADIENT_KEPT,
    STEP_MISSING,
    STEP_TOO_MANY,
    DROP_LATE,
    DROP_EARLY,
    NEVER_DROPS,
    DROPPED_ALWAYS,
    ALWAYS_CLAMPED,
    NEVER_CLAMPED,
    CLAMPED_AFTER,
    CLAMP_TOO_MANY,
    CLAMP_TOO_FEW,
    ONLY_HIGH,
    ONLY_LOW,
    BOUNDS_EXCHANGED,
    NO_RATE,
    ONE_MOVES,
    ONE_CLAMPED,
    LAST_STAYS,
    FIRST_STAYS,
    GRADIENT_CLAMPED,
    X_LOST,
    RATES_EXCHANGED,
    NO_FIRST_STEP,
    LAST_NOT_CLAMPED,
    FIRST_NOT_CLAMPED,
    BY_SCRATCH,
    OVER_RATE,
    CLAMPED_TWICE,
    OVER_GRADIENT,
    X_IS_MOVE,
    BY_X,
    BY_GRADIENT_OF_STEP,
    MOVES_X_OF_STEP,
    CLAMPS_TO_STEP,
    CLAMPS_FROM_STEP,
    FMAX_TWICE,
    FMIN_TWICE,
    SCRATCH_CLAMPED,
    ONE_MEMORY,
    NEVER_MOVES
};

const char *const descent_whys[] = {
    [RIGHT] = "",
    [GRADIENT_ONCE] = "the gradient is computed once, and not again at every new x",
    [UPHILL] = "the steps go uphill: x - rate dJ/dx",
    [GRADIENT_KEPT] = "the gradient of the call before is still in it: it begins at 0",
    [STEP_MISSING] = "one step is missing",
    [STEP_TOO_MANY] = "one step too many",
    [DROP_LATE] =
        "the rate drops one step too late: step drop_step is the first with the new rate",
    [DROP_EARLY] = "the rate drops one step too early: step drop_step is the first with "
                   "the new rate",
    [NEVER_DROPS] = "the rate never drops",
    [DROPPED_ALWAYS] = "the new rate is used from the beginning on",
    [ALWAYS_CLAMPED] = "after the first clamp_steps steps x may go where it wants",
    [NEVER_CLAMPED] = "x is never clamped",
    [CLAMPED_AFTER] =
        "clamped after the step, which hides where it went: it is done before",
    [CLAMP_TOO_MANY] = "x is clamped in one step too many: step < clamp_steps",
    [CLAMP_TOO_FEW] =
        "x is clamped in one step too few: step < clamp_steps, and they count from 0",
    [ONLY_HIGH] = "only what is above high is clamped, not what is below low",
    [ONLY_LOW] = "only what is below low is clamped, not what is above high",
    [BOUNDS_EXCHANGED] = "low and high are exchanged: fmax with low, fmin with high",
    [NO_RATE] = "the rate is missing: x - rate dJ/dx",
    [ONE_MOVES] = "only the first number moves",
    [ONE_CLAMPED] = "only the first number is clamped",
    [LAST_STAYS] = "the last number does not move: i < n",
    [FIRST_STAYS] = "the first number does not move: i begins at 0",
    [GRADIENT_CLAMPED] = "the gradient is clamped, not x",
    [X_LOST] = "x is lost: x -= rate dJ/dx",
    [RATES_EXCHANGED] = "rate and drop_rate are exchanged",
    [NO_FIRST_STEP] = "the first step is left out: steps count from 0",
    [LAST_NOT_CLAMPED] = "the last number is not clamped: i < n",
    [FIRST_NOT_CLAMPED] = "the first number is not clamped: i begins at 0",
    [BY_SCRATCH] = "x moves by the last term alone, which is in scratch: by gradient",
    [OVER_RATE] = "x is divided by the rate: multiply",
    [CLAMPED_TWICE] = "x is clamped after the move, too: only before it",
    [OVER_GRADIENT] = "the rate is divided by the gradient: rate dJ/dx",
    [X_IS_MOVE] = "x becomes rate dJ/dx, and what it was is lost: x -= rate dJ/dx",
    [BY_X] = "x moves by rate x: by rate dJ/dx",
    [BY_GRADIENT_OF_STEP] = "every number moves by gradient[step]: i counts the numbers",
    [MOVES_X_OF_STEP] = "all moves go to x[step]: i counts the numbers",
    [CLAMPS_TO_STEP] = "what is clamped is written to x[step]: i counts the numbers",
    [CLAMPS_FROM_STEP] =
        "every number is put on the clamped x[step]: i counts the numbers",
    [FMAX_TWICE] = "fmax stands where fmin belongs: fmin with high",
    [FMIN_TWICE] = "fmin stands where fmax belongs: fmax with low",
    [SCRATCH_CLAMPED] = "scratch is clamped, not x",
    [ONE_MEMORY] = "scratch and gradient are the same memory in the call of total_loss",
    [NEVER_MOVES] = "x never moves: x -= rate dJ/dx",
    NULL};
enum { RATE, CLAMPED };
const char *const descent_values[] = {
    [RATE] = "the rate", [CLAMPED] = "what is clamped", NULL};

static double clamped(const Transfer *t, int mistake, double x) {
    switch (mistake) {
    case ONLY_HIGH:
        return fmin(x, t->high);
    case ONLY_LOW:
        return fmax(x, t->low);
    case BOUNDS_EXCHANGED:
        return fmax(fmin(x, t->low), t->high);
    case FMAX_TWICE:
        return fmax(fmax(x, t->low), t->high);
    case FMIN_TWICE:
        return fmin(fmin(x, t->low), t->high);
    default:
        return slip(mistake, CLAMPED, fmin(fmax(x, t->low), t->high));
    }
}

static void clamp(const Transfer *t, int mistake, int step, const real *scratch,
                  real *x) {
    const int end = mistake == ONE_CLAMPED ? 1 : t->n - (mistake == LAST_NOT_CLAMPED);
    const real *read = mistake == SCRATCH_CLAMPED ? scratch : x;
    for (int i = mistake == FIRST_NOT_CLAMPED; i < end; i++) {
        const int from = mistake == CLAMPS_FROM_STEP ? step : i;
        const int to = mistake == CLAMPS_TO_STEP ? step : i;
        x[to] = (real)clamped(t, mistake, (double)read[from]);
    }
}

/* Whether this is one of the first steps, in which x is clamped. */
static bool clamps(const Transfer *t, int mistake, int step) {
    const int end =
        t->clamp_steps + (mistake == CLAMP_TOO_MANY) - (mistake == CLAMP_TOO_FEW);
    if (mistake == ALWAYS_CLAMPED) return true;
    return mistake != NEVER_CLAMPED && step < end;
}

static bool clamps_before(int mistake) {
    return mistake != CLAMPED_AFTER && mistake != GRADIENT_CLAMPED;
}

static bool clamps_after(int mistake) {
    return mistake == CLAMPED_AFTER || mistake == CLAMPED_TWICE;
}

static double rate_of(const Transfer *t, int mistake, int step) {
    const int drop = t->drop_step + (mistake == DROP_LATE) - (mistake == DROP_EARLY);
    const bool exchanged = mistake == RATES_EXCHANGED;
    const double early = exchanged ? t->drop_rate : t->rate;
    const double late = exchanged ? t->rate : t->drop_rate;
    const double rate = step < drop ? early : late;
    switch (mistake) {
    case NO_RATE:
        return 1;
    case NEVER_MOVES:
        return 0;
    case NEVER_DROPS:
        return early;
    case DROPPED_ALWAYS:
        return late;
    case UPHILL:
        return -rate;
    case OVER_RATE:
        return 1 / rate;
    default:
        return slip(mistake, RATE, rate);
    }
}

/* Numbers that change from step to step. */
typedef struct State {
    real gradient[N], scratch[N];
    real sum[N]; /* of the gradients of all steps */
} State;

/* What rate is multiplied with for number i. */
static real slope(const State *s, int mistake, int step, int i, const real *x) {
    switch (mistake) {
    case GRADIENT_KEPT:
        return s->sum[i];
    case BY_SCRATCH:
        return s->scratch[i];
    case BY_X:
        return x[i];
    case BY_GRADIENT_OF_STEP:
        return s->gradient[step];
    default:
        return s->gradient[i];
    }
}

/* Whether number i moves. */
static bool moves(const Transfer *t, int mistake, int i) {
    if (mistake == ONE_MOVES) return i == 0;
    if (mistake == LAST_STAYS) return i < t->n - 1;
    if (mistake == FIRST_STAYS) return i > 0;
    return true;
}

/* x -= rate dJ/dx */
static void move(const Transfer *t, const State *s, int mistake, int step, real *x) {
    const real rate = (real)rate_of(t, mistake, step);
    for (int i = 0; i < t->n; i++) {
        if (!moves(t, mistake, i)) continue;
        const real d = slope(s, mistake, step, i, x);
        const real by = mistake == OVER_GRADIENT ? rate / d : rate * d;
        if (mistake == X_LOST)
            x[i] = -by;
        else if (mistake == X_IS_MOVE)
            x[i] = by;
        else
            x[mistake == MOVES_X_OF_STEP ? step : i] -= by;
    }
}

/* dJ/dx at x */
static void take_gradient(const DescentSteps *p, State *s, int mistake, int step,
                          const real *x) {
    real *scratch = mistake == ONE_MEMORY ? s->gradient : s->scratch;
    if (mistake != GRADIENT_ONCE || step == 0) p->total(&p->t, x, scratch, s->gradient);
    for (int i = 0; i < p->t.n; i++)
        s->sum[i] += s->gradient[i];
}

void descent(const void *context, int mistake, real *x) {
    const DescentSteps *p = context;
    const Transfer *t = &p->t;
    State s = {.sum = {0}};
    for (int i = 0; i < N; i++)
        s.scratch[i] = (real)NAN; /* which is put on `low` when it is clamped */
    memcpy(x, p->start, (size_t)t->n * sizeof *x);
    const int steps = t->steps - (mistake == STEP_MISSING) + (mistake == STEP_TOO_MANY);
    for (int step = mistake == NO_FIRST_STEP; step < steps; step++) {
        const bool early = clamps(t, mistake, step);
        if (early && clamps_before(mistake)) clamp(t, mistake, step, s.scratch, x);
        take_gradient(p, &s, mistake, step, x);
        if (early && mistake == GRADIENT_CLAMPED)
            clamp(t, RIGHT, step, s.scratch, s.gradient);
        move(t, &s, mistake, step, x);
        if (early && clamps_after(mistake)) clamp(t, mistake, step, s.scratch, x);
    }
}
