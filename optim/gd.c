/* Gradient descent, with momentum when asked (documents 001 section 3 and 002
 * section 2.5):
 *
 *     x = x - lr g
 *
 * With momentum the gradient pushes a velocity, and the velocity moves x, so that steps
 * along a valley add up and steps across it cancel:
 *
 *     v = momentum v + g,     x = x - lr v
 *
 * Nesterov looks one step ahead along the velocity:  x = x - lr (g + momentum v).
 *
 * Dampening lets a gradient push less, v = momentum v + (1 - dampening) g, but for the
 * first, which is the whole velocity. Weight decay adds weight_decay x to every g. */
#include <math.h>
#include <string.h>

#include "optim/method.h"
#include "optim/optimizer.h"
#include "optim/vector.h"
#include "tensor/check.h"

typedef struct GdMethod {
    Optimizer base;
    Gd settings;
    real *v;     /* velocity, NULL without momentum */
    int started; /* 1: v has the gradient of a first step */
} GdMethod;

/* v = momentum v + (1 - dampening) (g + weight_decay x) */
static void push(GdMethod *o, const real *g, const real *x) {
    const size_t n = o->base.objective.size;
    const double share = o->started ? 1 - o->settings.dampening : 1;
    vector_scale(n, o->settings.momentum, o->v, o->v);
    vector_add(n, share, g, o->v);
    if (o->settings.weight_decay > 0)
        vector_add(n, share * o->settings.weight_decay, x, o->v);
    o->started = 1;
}

static Step step(Optimizer *base) {
    GdMethod *o = (GdMethod *)base;
    Step step = optimizer_evaluate(base);
    if (step.stop) return step;

    size_t n = base->objective.size;
    real *x = base->objective.x, *g = base->objective.gradient, *v = o->v;
    const double lr = base->lr, momentum = o->settings.momentum;
    const double decay = o->settings.weight_decay;
    if (v) push(o, g, x);
    const bool follows_gradient = !v || o->settings.nesterov;
    if (follows_gradient && decay > 0) vector_scale(n, 1 - lr * decay, x, x);
    if (follows_gradient) vector_add(n, -lr, g, x);
    if (v) vector_add(n, o->settings.nesterov ? -lr * momentum : -lr, v, x);
    return step;
}

static void restart(Optimizer *base) {
    GdMethod *o = (GdMethod *)base;
    if (o->v) memset(o->v, 0, base->objective.size * sizeof *o->v);
    o->started = 0;
}

static void state(Optimizer *base, StateList *list) {
    GdMethod *o = (GdMethod *)base;
    if (o->v) state_add(list, "gd velocity", STATE_REAL, o->v, base->objective.size);
    if (o->v && o->settings.dampening > 0)
        state_add(list, "gd started", STATE_INT, &o->started, 1);
}

Optimizer *gd_new(Arena *arena, Objective objective, Gd settings) {
    static const OptimizerMethod method = {step, restart, state, NULL};
    CHECK(settings.momentum >= 0 && settings.momentum < 1, "a momentum of %g",
          settings.momentum);
    CHECK(!settings.nesterov || settings.momentum > 0, "nesterov without momentum");
    CHECK(settings.dampening >= 0 && settings.dampening <= 1, "a dampening of %g",
          settings.dampening);
    CHECK(!settings.nesterov || settings.dampening == 0, "nesterov with dampening");
    CHECK(isfinite(settings.weight_decay) && settings.weight_decay >= 0,
          "a weight decay of %g", settings.weight_decay);
    GdMethod *o = ARENA_NEW(arena, GdMethod, 1);
    optimizer_init(&o->base, &method, objective, settings.lr);
    o->settings = settings;
    if (settings.momentum > 0) o->v = ARENA_NEW(arena, real, objective.size);
    return &o->base;
}
