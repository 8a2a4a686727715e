#include "app/forecast_memory.h"

#include "transfer/method.h"
#include "transfer/problem.h"

/* Never called: no optimiser takes a step here. */
static double no_loss(void *context) {
    (void)context;
    return 0;
}

/* The optimiser as it would be. Large vectors are not there before they are touched, so
 * making one costs nothing; a history longer than the run is never filled. */
static size_t optimizer_bytes(const Recipe *recipe, Tensor x) {
    Arena *arena = arena_new();
    Recipe own = *recipe;
    if (own.history > own.steps) own.history = own.steps;
    method_new(arena, &own,
               (Objective){.size = shape_size(x.shape),
                           .x = x.data,
                           .gradient = x.data,
                           .evaluate = no_loss});
    const size_t bytes = arena_used(arena);
    arena_free(arena);
    return bytes;
}

bool forecast_memory(Session *s, StageMemory *out, Error *err) {
    enum { COPIES = 4 };
    Problem problem;
    Arena *arena = arena_new();
    bool good = recipe_choose_rate(&s->recipe, s->network, s->scene.content.shape, err) &&
                problem_sketch(&problem, arena, &s->recipe, s->network, &s->scene, err);
    if (good) {
        const Tensor x = {problem.variable->shape, problem.variable->value};
        const size_t copies = COPIES + (s->recipe.average > 0);
        *out = (StageMemory){.targets = problem.target_bytes,
                             .tapes = problem_bytes(&problem),
                             .kept = arena_used(arena),
                             .optimizer = optimizer_bytes(&s->recipe, x),
                             .pictures = copies * shape_size(x.shape) * sizeof(real)};
        problem_free(&problem);
    }
    arena_free(arena);
    return good;
}

size_t stage_memory_sum(const StageMemory *m) {
    const size_t painting = m->tapes + m->optimizer + m->pictures;
    return m->kept + (painting > m->targets ? painting : m->targets);
}
