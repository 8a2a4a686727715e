/* Adam (Kingma and Ba 2015): every number gets its own step length. Step t = 1, 2, ...:
 *
 *     m = beta1 m + (1 - beta1) g              mean of the gradient
 *     v = beta2 v + (1 - beta2) g^2            mean of its square
 *     x = x - lr m' / (sqrt(v') + epsilon)     m' = m / (1 - beta1^t)
 *                                              v' = v / (1 - beta2^t)
 *
 * TensorFlow, MXNet and Torch7 add epsilon to sqrt(v) and then divide by the correction
 * of the root, as the end of section 2 of the paper does: their "epsilon hat" is epsilon
 * sqrt(1 - beta2^t), much less in the first steps.
 *
 * Weight decay pulls every x towards 0. As a part of the loss, weight_decay |x|^2 / 2, it
 * is divided by sqrt(v') as the rest of the gradient is, so an x with large gradients is
 * pulled less. AdamW (Loshchilov and Hutter 2019) therefore takes it out of g: before the
 * step, x = (1 - lr weight_decay) x.
 *
 * m and v start at zero, hence too small; the divisions correct that. At t = 1 they give
 * m' = g and v' = g^2, so the first step is lr g / |g|: EVERY number moves by lr, however
 * small its gradient. A new optimiser in the middle of a run (document 002 takes one at
 * step 180, with lr 0.1 instead of 3) therefore does not continue with smaller steps: its
 * first step moves all pixels by the full lr, because m and v are new, and the loss
 * jumps. optimizer_set_rate alone lowers the rate without a jump. */
#include <string.h>
#include <tgmath.h>

#include "optim/method.h"
#include "optim/optimizer.h"
#include "tensor/check.h"
#include "tensor/threads.h"

typedef struct AdamMethod {
    Optimizer base;
    Adam settings;
    real *m, *v;
    double powers[2]; /* beta1^t, beta2^t: products, since pow differs between systems */
} AdamMethod;

static void move(const AdamMethod *o) {
    size_t n = o->base.objective.size;
    real *x = o->base.objective.x, *m = o->m, *v = o->v;
    const real *g = o->base.objective.gradient;
    real beta1 = (real)o->settings.beta1, rest1 = (real)(1 - o->settings.beta1);
    real beta2 = (real)o->settings.beta2, rest2 = (real)(1 - o->settings.beta2);
    real length = (real)(o->base.lr / (1 - o->powers[0]));
    real root = (real)sqrt(1 - o->powers[1]);
    real epsilon = (real)o->settings.epsilon / (o->settings.epsilon_hat ? root : 1);
    const double decay = o->settings.weight_decay;
    const real pull = (real)(o->settings.decoupled ? 0 : decay);
    const real keep = (real)(o->settings.decoupled ? 1 - o->base.lr * decay : 1);
#pragma omp parallel for schedule(static) num_threads(threads_over(n))
    for (size_t i = 0; i < n; i++) {
        const real slope = pull != 0 ? g[i] + pull * x[i] : g[i];
        m[i] = beta1 * m[i] + rest1 * slope;
        v[i] = beta2 * v[i] + rest2 * slope * slope;
        x[i] = keep * x[i] - length * m[i] / (sqrt(v[i]) / root + epsilon);
    }
}

static Step step(Optimizer *base) {
    AdamMethod *o = (AdamMethod *)base;
    Step step = optimizer_evaluate(base);
    if (step.stop) return step;
    o->powers[0] *= o->settings.beta1;
    o->powers[1] *= o->settings.beta2;
    move(o);
    return step;
}

static void restart(Optimizer *base) {
    AdamMethod *o = (AdamMethod *)base;
    memset(o->m, 0, base->objective.size * sizeof *o->m);
    memset(o->v, 0, base->objective.size * sizeof *o->v);
    o->powers[0] = o->powers[1] = 1;
}

static void state(Optimizer *base, StateList *list) {
    AdamMethod *o = (AdamMethod *)base;
    state_add(list, "adam m", STATE_REAL, o->m, base->objective.size);
    state_add(list, "adam v", STATE_REAL, o->v, base->objective.size);
    state_add(list, "adam powers", STATE_DOUBLE, o->powers, 2);
}

Optimizer *adam_new(Arena *arena, Objective objective, Adam settings) {
    static const OptimizerMethod method = {step, restart, state, NULL};
    CHECK(settings.beta1 >= 0 && settings.beta1 < 1 && settings.beta2 >= 0 &&
              settings.beta2 < 1 && settings.epsilon > 0,
          "beta1 %g, beta2 %g, epsilon %g; start from ADAM_DEFAULTS", settings.beta1,
          settings.beta2, settings.epsilon);
    CHECK(isfinite(settings.weight_decay) && settings.weight_decay >= 0,
          "a weight decay of %g", settings.weight_decay);
    AdamMethod *o = ARENA_NEW(arena, AdamMethod, 1);
    optimizer_init(&o->base, &method, objective, settings.lr);
    o->settings = settings;
    o->m = ARENA_NEW(arena, real, objective.size);
    o->v = ARENA_NEW(arena, real, objective.size);
    restart(&o->base);
    return &o->base;
}
