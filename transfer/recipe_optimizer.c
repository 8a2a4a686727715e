#include "transfer/recipe_optimizer.h"

#include "tensor/no_memory.h"

static Optimizer *new_adam(Arena *arena, const Recipe *r, Objective objective) {
    return adam_new(arena, objective,
                    (Adam){.lr = r->rate,
                           .beta1 = r->beta1,
                           .beta2 = r->beta2,
                           .epsilon = r->epsilon,
                           .epsilon_hat = r->epsilon_hat});
}

static Optimizer *new_lbfgs(Arena *arena, const Recipe *r, Objective objective) {
    Lbfgs settings = LBFGS_DEFAULTS;
    settings.lr = r->rate;
    settings.history = r->history ? r->history : settings.history;
    if (settings.history > r->steps) settings.history = r->steps; /* one pair a step */
    settings.strong_wolfe = r->line_search;
    settings.tolerance_grad = r->tolerance_grad;
    settings.tolerance_change = r->tolerance_change;
    return lbfgs_new(arena, objective, settings);
}

static Optimizer *new_method(Arena *arena, const Recipe *r, Objective objective) {
    switch (r->method) {
    case METHOD_GD:
        return gd_new(arena, objective, (Gd){.lr = r->rate, .momentum = r->momentum});
    case METHOD_ADAM:
        return new_adam(arena, r, objective);
    case METHOD_ANNEAL:
        return anneal_new(arena, objective,
                          (Anneal){.lr = r->rate,
                                   .temperature = r->temperature,
                                   .cooling = r->cooling,
                                   .seed = r->seed});
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
    if (r->drop_step > 0) return schedule_drop(r->rate, r->drop_step, r->drop_rate, true);
    if (r->decay_every == 0) return schedule_constant(r->rate);
    return (r->decay_stairs ? schedule_staircase
                            : schedule_exponential)(r->rate, r->decay, r->decay_every);
}
