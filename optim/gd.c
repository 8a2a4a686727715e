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
 * Nesterov looks one step ahead along the velocity:  x = x - lr (g + momentum v). */
#include <string.h>

#include "optim/method.h"
#include "optim/optimizer.h"
#include "optim/vector.h"
#include "tensor/check.h"

typedef struct GdMethod {
    Optimizer base;
    Gd settings;
    real *v; /* velocity, NULL without momentum */
} GdMethod;

static Step step(Optimizer *base) {
    GdMethod *o = (GdMethod *)base;
    Step step = optimizer_evaluate(base);
    if (step.stop) return step;

    size_t n = base->objective.size;
    real *x = base->objective.x, *g = base->objective.gradient, *v = o->v;
    if (!v) {
        vector_add(n, -base->lr, g, x);
        return step;
    }
    vector_scale(n, o->settings.momentum, v, v);
    vector_add(n, 1, g, v);
    if (o->settings.nesterov) {
        vector_add(n, -base->lr, g, x);
        vector_add(n, -base->lr * o->settings.momentum, v, x);
    } else {
        vector_add(n, -base->lr, v, x);
    }
    return step;
}

static void restart(Optimizer *base) {
    GdMethod *o = (GdMethod *)base;
    if (o->v) memset(o->v, 0, base->objective.size * sizeof *o->v);
}

static void state(Optimizer *base, StateList *list) {
    GdMethod *o = (GdMethod *)base;
    if (o->v) state_add(list, "gd velocity", STATE_REAL, o->v, base->objective.size);
}

Optimizer *gd_new(Arena *arena, Objective objective, Gd settings) {
    static const OptimizerMethod method = {step, restart, state, NULL};
    CHECK(settings.momentum >= 0 && settings.momentum < 1, "a momentum of %g",
          settings.momentum);
    CHECK(!settings.nesterov || settings.momentum > 0, "nesterov without momentum");
    GdMethod *o = ARENA_NEW(arena, GdMethod, 1);
    optimizer_init(&o->base, &method, objective, settings.lr);
    o->settings = settings;
    if (settings.momentum > 0) o->v = ARENA_NEW(arena, real, objective.size);
    return &o->base;
}
