/* L-BFGS (Liu and Nocedal 1989): Newton's method, with the curvature learnt on the way.
 *
 * Each step leaves a pair: how x moved, and how the gradient changed by it.
 *
 *     s_i = x_{i+1} - x_i      y_i = g_{i+1} - g_i      rho_i = 1 / (s_i . y_i)
 *
 * The last few pairs define an approximation H of the inverse Hessian, and the two-loop
 * recursion computes the direction d = -H g without ever writing H down:
 *
 *     d = -g
 *     for i from newest to oldest:   a_i = rho_i (s_i . d),   d = d - a_i y_i
 *     d = h d                        h = (s . y) / (y . y) of the newest pair
 *     for i from oldest to newest:   b   = rho_i (y_i . d),   d = d + (a_i - b) s_i
 *
 *     x = x + t d
 *
 * t is lr, or what the line search finds starting from lr. The first step has no pairs,
 * d = -g has the wrong scale, and t = lr min(1, 1 / sum|g|). A pair is kept only when
 * s . y > 1e-10, so that H stays positive. This is torch.optim.LBFGS with its one
 * evaluation per iteration. */
#include <math.h>
#include <string.h>

#include "optim/method.h"
#include "optim/optimizer.h"
#include "optim/vector.h"
#include "optim/wolfe.h"
#include "tensor/check.h"
#include "tensor/no_memory.h"

typedef struct LbfgsMethod {
    Optimizer base;
    Lbfgs settings;
    real *s, *y; /* `history` rows each, used as a ring: nothing is ever shifted */
    double *rho; /* one per row */
    double *a;   /* of the two loops */
    real *d;     /* direction of the last step */
    real *g;     /* gradient at the start of the last step */
    real *x;     /* start, then end of the line search; NULL without one */

    struct {
        double t;   /* length of the last step */
        double h;   /* scale of H, before any pair is applied */
        int steps;  /* 0 before the first step, then 1 */
        int count;  /* pairs held */
        int newest; /* row of the newest */
        int known;  /* 1: the last line search ended with its last evaluation, so that
                     * the loss here and the gradient of the objective belong to x */
        double loss;
    } now;

    double trial; /* t of the last point that a line search evaluated */
} LbfgsMethod;

/* Where a pair lives, by its age: 0 is the newest. */
static int row(const LbfgsMethod *o, int age) {
    return (o->now.newest - age + o->settings.history) % o->settings.history;
}

static real *s_row(const LbfgsMethod *o, int age) {
    return o->s + (size_t)row(o, age) * o->base.objective.size;
}

static real *y_row(const LbfgsMethod *o, int age) {
    return o->y + (size_t)row(o, age) * o->base.objective.size;
}

/* Turns the last step and the two gradients around it into the newest pair. */
static void add_pair(LbfgsMethod *o) {
    size_t n = o->base.objective.size;
    real *y = o->g; /* becomes g - o->g; the old gradient is not needed any more */
    vector_subtract(n, o->base.objective.gradient, o->g, y);
    double sy = o->now.t * vector_dot(n, o->d, y);
    if (!(sy > 1e-10)) return;
    if (o->now.count < o->settings.history) o->now.count++;
    o->now.newest = (o->now.newest + 1) % o->settings.history;
    vector_scale(n, o->now.t, o->d, s_row(o, 0));
    vector_copy(n, y, y_row(o, 0));
    o->rho[row(o, 0)] = 1 / sy;
    o->now.h = sy / vector_dot(n, y, y);
}

/* d = -H g, the two loops of the head comment; returns the slope g . d. All pairs are
 * many times the memory of d, which is read and written once for each vector: as soon as
 * one is added, while d is at hand, comes the dot product with the next. */
static double find_direction(LbfgsMethod *o) {
    const size_t n = o->base.objective.size;
    const real *g = o->base.objective.gradient;
    const int count = o->now.count;
    real *d = o->d;
    double *a = o->a;
    vector_scale(n, -1, g, d);
    double dot = vector_dot(n, count > 0 ? s_row(o, 0) : g, d);
    for (int age = 0; age < count; age++) {
        const bool last = age == count - 1;
        a[age] = o->rho[row(o, age)] * dot;
        dot = vector_add_dot(n, -a[age], y_row(o, age), d,
                             last ? y_row(o, age) : s_row(o, age + 1));
    }
    vector_scale(n, o->now.h, d, d);
    dot *= o->now.h;
    for (int age = count - 1; age >= 0; age--) {
        double b = o->rho[row(o, age)] * dot;
        dot = vector_add_dot(n, a[age] - b, s_row(o, age), d,
                             age > 0 ? y_row(o, age - 1) : g);
    }
    return dot;
}

/* phi(t) = L(x + t d) for the line search; leaves the image at x + t d. */
static LinePoint evaluate_on_line(void *context, double t) {
    LbfgsMethod *o = context;
    const Objective *f = &o->base.objective;
    vector_copy(f->size, o->x, f->x);
    vector_add(f->size, t, o->d, f->x);
    o->trial = t;
    double loss = f->evaluate(f->context);
    return (LinePoint){t, loss, vector_dot(f->size, f->gradient, o->d)};
}

/* The step length by line search; 0 when nothing lower is found. */
static double search(LbfgsMethod *o, Step *step, double t, double slope) {
    const Objective *f = &o->base.objective;
    vector_copy(f->size, f->x, o->x);
    Line line = {.at = evaluate_on_line,
                 .context = o,
                 .start = {0, step->loss, slope},
                 .resolution =
                     o->settings.tolerance_change / vector_max_abs(f->size, o->d),
                 .max_evaluations = o->settings.max_evaluations};
    LinePoint end = wolfe_search(&line, t, &step->evaluations);
    vector_copy(f->size, o->x, f->x);
    o->now.loss = end.loss;
    o->now.known = end.t == o->trial;
    return end.t;
}

/* Loss and gradient at x. If the line search ended with them, and x has not changed
 * since, they are not computed again. */
static Step evaluate(LbfgsMethod *o) {
    const Objective *f = &o->base.objective;
    const bool known = o->now.known && memcmp(o->x, f->x, f->size * sizeof *f->x) == 0;
    o->now.known = 0;
    if (!known) return optimizer_evaluate(&o->base);
    o->base.largest = vector_max_abs(f->size, f->gradient);
    return (Step){.loss = o->now.loss};
}

static Step step(Optimizer *base) {
    LbfgsMethod *o = (LbfgsMethod *)base;
    const Lbfgs *settings = &o->settings;
    size_t n = base->objective.size;
    real *x = base->objective.x, *g = base->objective.gradient;

    Step step = evaluate(o);
    if (step.stop) return step;
    if (base->largest <= settings->tolerance_grad)
        return optimizer_stop(base, step,
                              "the gradient is zero: no entry is larger than %g",
                              settings->tolerance_grad);
    if (o->now.steps > 0) add_pair(o);
    double slope = find_direction(o);
    vector_copy(n, g, o->g);
    if (!(slope <= -settings->tolerance_change) || (o->x && !(slope < 0)))
        return optimizer_stop(
            base, step, "no descent direction: the slope along it is %g, not below %g",
            slope, -settings->tolerance_change);
    double t = base->lr;
    if (o->now.steps == 0) t *= fmin(1, 1 / vector_sum_abs(n, g));
    if (o->x && t > 0) t = search(o, &step, t, slope);
    if (o->x && t == 0)
        return optimizer_stop(base, step, "the line search finds no lower loss");
    if (t * vector_max_abs(n, o->d) <= settings->tolerance_change)
        return optimizer_stop(base, step,
                              "the step is too short: it moves no number by more than %g",
                              settings->tolerance_change);
    vector_add(n, t, o->d, x);
    if (o->x) vector_copy(n, x, o->x);
    o->now.t = t;
    o->now.steps = 1;
    return step;
}

static void restart(Optimizer *base) {
    LbfgsMethod *o = (LbfgsMethod *)base;
    memset(&o->now, 0, sizeof o->now);
    o->now.h = 1;
}

static void state(Optimizer *base, StateList *list) {
    LbfgsMethod *o = (LbfgsMethod *)base;
    const size_t n = base->objective.size, rows = (size_t)o->settings.history;
    state_add(list, "lbfgs s", STATE_REAL, o->s, rows * n);
    state_add(list, "lbfgs y", STATE_REAL, o->y, rows * n);
    state_add(list, "lbfgs rho", STATE_DOUBLE, o->rho, rows);
    state_add(list, "lbfgs d", STATE_REAL, o->d, n);
    state_add(list, "lbfgs g", STATE_REAL, o->g, n);
    state_add(list, "lbfgs t", STATE_DOUBLE, &o->now.t, 1);
    state_add(list, "lbfgs h", STATE_DOUBLE, &o->now.h, 1);
    state_add(list, "lbfgs steps", STATE_INT, &o->now.steps, 1);
    state_add(list, "lbfgs pairs", STATE_INT, &o->now.count, 1);
    state_add(list, "lbfgs newest", STATE_INT, &o->now.newest, 1);
    if (!o->x) return;
    state_add(list, "lbfgs known", STATE_INT, &o->now.known, 1);
    state_add(list, "lbfgs loss", STATE_DOUBLE, &o->now.loss, 1);
    state_add(list, "lbfgs x", STATE_REAL, o->x, n);
    state_add(list, "lbfgs gradient", STATE_REAL, base->objective.gradient, n);
}

static bool state_check(const Optimizer *base, Error *err) {
    const LbfgsMethod *o = (const LbfgsMethod *)base;
    const int history = o->settings.history;
    if (o->now.count < 0 || o->now.count > history)
        return error_set(err, "L-BFGS with %d pairs of at most %d", o->now.count,
                         history);
    return (o->now.newest >= 0 && o->now.newest < history) ||
           error_set(err, "L-BFGS with its newest pair in row %d of %d", o->now.newest,
                     history);
}

Optimizer *lbfgs_new(Arena *arena, Objective objective, Lbfgs settings) {
    static const OptimizerMethod method = {step, restart, state, state_check};
    CHECK(settings.history > 0 && settings.max_evaluations > 0,
          "history %d, %d evaluations; start from LBFGS_DEFAULTS", settings.history,
          settings.max_evaluations);
    LbfgsMethod *o = ARENA_NEW(arena, LbfgsMethod, 1);
    optimizer_init(&o->base, &method, objective, settings.lr);
    o->settings = settings;
    size_t n = objective.size, rows = (size_t)settings.history;
    if (n > SIZE_MAX / rows) no_memory(SIZE_MAX);
    o->s = ARENA_NEW(arena, real, rows * n);
    o->y = ARENA_NEW(arena, real, rows * n);
    o->rho = ARENA_NEW(arena, double, rows);
    o->a = ARENA_NEW(arena, double, rows);
    o->d = ARENA_NEW(arena, real, n);
    o->g = ARENA_NEW(arena, real, n);
    if (settings.strong_wolfe) o->x = ARENA_NEW(arena, real, n);
    restart(&o->base);
    return &o->base;
}
