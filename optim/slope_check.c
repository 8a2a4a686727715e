#include "optim/slope_check.h"

#include <math.h>

#include "optim/vector.h"

enum { LENGTHS = 3 };

/* h, from the longest to the shortest. */
static const double lengths[LENGTHS] = {1 / 2.0, 1 / 8.0, 1 / 32.0};

/* Rounding of a loss, in units of the last place: it is a sum of many terms. */
#define UNITS 16

struct SlopeCheck {
    Objective objective;
    real *x, *gradient; /* as they were before the check */
    real *d;
};

/* The loss near x: at x, and the slopes on both sides of it for each length. */
typedef struct Near {
    double loss, slope;
    double behind[LENGTHS], ahead[LENGTHS];
} Near;

SlopeCheck *slope_check_new(Arena *arena, Objective objective) {
    SlopeCheck *c = ARENA_NEW(arena, SlopeCheck, 1);
    *c = (SlopeCheck){.objective = objective,
                      .x = ARENA_NEW(arena, real, objective.size),
                      .gradient = ARENA_NEW(arena, real, objective.size),
                      .d = ARENA_NEW(arena, real, objective.size)};
    return c;
}

/* L(before + t d) */
static double loss_at(const SlopeCheck *c, const real *before, double t) {
    const Objective *f = &c->objective;
    vector_copy(f->size, before, f->x);
    vector_add(f->size, t, c->d, f->x);
    return f->evaluate(f->context);
}

static Near look_around(const SlopeCheck *c, const real *before) {
    const Objective *f = &c->objective;
    Near near = {.loss = loss_at(c, before, 0)};
    near.slope = vector_dot(f->size, f->gradient, c->d);
    for (int i = 0; i < LENGTHS; i++) {
        const double h = lengths[i];
        near.ahead[i] = (loss_at(c, before, h) - near.loss) / h;
        near.behind[i] = (near.loss - loss_at(c, before, -h)) / h;
    }
    return near;
}

static double quotient(const Near *near, int i) {
    return (near->ahead[i] + near->behind[i]) / 2;
}

static double distance(const Near *near, int i) {
    return fabs(quotient(near, i) - near->slope);
}

static double jump(const Near *near, int i) {
    return fabs(near->ahead[i] - near->behind[i]);
}

/* Why the quotient of no length is near the slope; `scale` is the larger of the two. Where
 * the loss is smooth, a length of a quarter has a quarter of the jump, and a sixteenth of
 * the distance. */
static SlopeCause cause_of(const Near *near, double scale) {
    enum { LONG = LENGTHS - 2, SHORT = LENGTHS - 1 };
    const double rounding = UNITS * (double)REAL_EPSILON * fabs(near->loss);
    if (rounding / lengths[0] > SLOPE_TOLERANCE * scale) return SLOPE_ROUNDING;
    if (jump(near, SHORT) > SLOPE_TOLERANCE * scale &&
        jump(near, SHORT) > jump(near, LONG) / 2)
        return SLOPE_KINK;
    if (distance(near, SHORT) < distance(near, LONG) / 4) return SLOPE_CURVATURE;
    return SLOPE_WRONG;
}

static SlopeResult judge(const Near *near) {
    int best = 0;
    for (int i = 1; i < LENGTHS; i++)
        if (distance(near, i) < distance(near, best)) best = i;
    SlopeResult r = {.slope = near->slope, .quotient = quotient(near, best)};
    const double scale = fmax(fabs(r.slope), fabs(r.quotient));
    r.error = scale > 0 ? distance(near, best) / scale : 0;
    r.cause = r.error <= SLOPE_TOLERANCE ? SLOPE_AGREES : cause_of(near, scale);
    return r;
}

SlopeResult slope_check(SlopeCheck *c, const real *before) {
    const Objective *f = &c->objective;
    const size_t n = f->size;
    vector_copy(n, f->x, c->x);
    vector_copy(n, f->gradient, c->gradient);
    vector_subtract(n, f->x, before, c->d);
    const Near near = look_around(c, before);
    vector_copy(n, c->x, f->x);
    vector_copy(n, c->gradient, f->gradient);
    return judge(&near);
}

const char *slope_advice(SlopeCause cause) {
    static const char *const advice[] = {
        [SLOPE_AGREES] = "the gradient is that of the loss",
        [SLOPE_ROUNDING] = "the loss changes too little for its last digits to tell; "
                           "stylegrad-double has more",
        [SLOPE_KINK] = "the loss has a kink here (ReLU, max pooling, |x|): its slopes on "
                       "both sides differ, and the gradient is one of them",
        [SLOPE_CURVATURE] = "the step is long for the curvature of the loss: try a "
                            "smaller --lr",
        [SLOPE_WRONG] = "the gradient is not that of the loss: a backward function is "
                        "wrong; 'stylegrad gradcheck' finds which",
    };
    return advice[cause];
}
