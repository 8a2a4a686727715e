/* Simulated annealing for a loss with a gradient: Langevin dynamics,
 *
 *     x = x - lr g + sqrt(2 lr T_t) xi      xi standard normal, T_t = T_0 cooling^t
 *
 * Gradient descent with noise. At a constant temperature T the stationary distribution of
 * x has a density proportional to exp(-L(x) / T): a parabola
 * L = k x^2 / 2 is visited with variance T / k, more exactly T / (k (1 - lr k / 2)) for a
 * finite lr. Cooling slowly lets x leave shallow valleys and settle in a deep one. At
 * T = 0 the step is plain gradient descent to the bit.
 *
 * Document 002 says it uses simulated annealing (section 1). Its program has no
 * temperature and no noise: it lowers Adam's learning rate once, at step 180
 * (section 4.2), which is schedule_drop in schedule.h. This file implements the term.
 */
#include <tgmath.h>

#include "optim/method.h"
#include "optim/optimizer.h"
#include "optim/vector.h"
#include "tensor/check.h"
#include "tensor/rng.h"

typedef struct AnnealMethod {
    Optimizer base;
    Anneal settings;
    double temperature; /* T_t */
    Rng rng;
} AnnealMethod;

static Step step(Optimizer *base) {
    AnnealMethod *o = (AnnealMethod *)base;
    Step step = optimizer_evaluate(base);
    if (step.stop) return step;

    size_t n = base->objective.size;
    real *x = base->objective.x;
    vector_add(n, -base->lr, base->objective.gradient, x);
    double deviation = sqrt(2 * base->lr * o->temperature);
    for (size_t i = 0; deviation > 0 && i < n; i++)
        x[i] += (real)(deviation * rng_normal(&o->rng));
    o->temperature *= o->settings.cooling;
    return step;
}

static void restart(Optimizer *base) {
    AnnealMethod *o = (AnnealMethod *)base;
    o->temperature = o->settings.temperature;
    o->rng = rng_seed(o->settings.seed);
}

static void state(Optimizer *base, StateList *list) {
    AnnealMethod *o = (AnnealMethod *)base;
    state_add(list, "anneal temperature", STATE_DOUBLE, &o->temperature, 1);
    state_add(list, "anneal random numbers", STATE_UINT64, &o->rng.state, 1);
}

Optimizer *anneal_new(Arena *arena, Objective objective, Anneal settings) {
    static const OptimizerMethod method = {step, restart, state, NULL};
    CHECK(isfinite(settings.temperature) && settings.temperature >= 0,
          "a temperature of %g", settings.temperature);
    CHECK(settings.cooling > 0 && settings.cooling <= 1, "a cooling of %g",
          settings.cooling);
    AnnealMethod *o = ARENA_NEW(arena, AnnealMethod, 1);
    optimizer_init(&o->base, &method, objective, settings.lr);
    o->settings = settings;
    restart(&o->base);
    return &o->base;
}
