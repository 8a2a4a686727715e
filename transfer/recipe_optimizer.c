#include "transfer/recipe_optimizer.h"

#include "tensor/no_memory.h"

static Optimizer *new_lbfgs(Arena *arena, const Recipe *r, Objective objective) {
    Lbfgs settings = r->optimizer.lbfgs;
    settings.lr = r->optimizer.schedule.lr;
    if (settings.history > r->run.steps) settings.history = r->run.steps; /* one a step */
    return lbfgs_new(arena, objective, settings);
}

static Optimizer *new_method(Arena *arena, const Recipe *r, Objective objective) {
    const double lr = r->optimizer.schedule.lr;
    Gd gd = r->optimizer.gd;
    Adam adam = r->optimizer.adam;
    Anneal anneal = r->optimizer.anneal;
    gd.lr = lr;
    adam.lr = lr;
    anneal.lr = lr;
    anneal.seed = r->seed;
    switch (r->optimizer.method) {
    case METHOD_GD:
        return gd_new(arena, objective, gd);
    case METHOD_ADAM:
        return adam_new(arena, objective, adam);
    case METHOD_ANNEAL:
        return anneal_new(arena, objective, anneal);
    case METHOD_LBFGS:
        break;
    }
    return new_lbfgs(arena, r, objective);
}

Optimizer *recipe_optimizer_new(Arena *arena, const Recipe *r, Objective objective) {
    const MemoryUse before = memory_for("the vectors of the optimiser", NULL);
    Optimizer *optimizer = new_method(arena, r, objective);
    memory_for_again(before);
    return optimizer;
}

Schedule recipe_optimizer_schedule(const Recipe *r) {
    const Schedule s = r->optimizer.schedule;
    if (s.at > 0) return schedule_drop(s.lr, s.at, s.after, true);
    if (s.every == 0) return schedule_constant(s.lr);
    return r->optimizer.decay_stairs ? schedule_staircase(s.lr, s.factor, s.every)
                                     : schedule_exponential(s.lr, s.factor, s.every);
}
