#include "app/forecast_memory.h"

#include "tensor/no_memory.h"
#include "transfer/problem.h"
#include "transfer/recipe_optimizer.h"
#include "transfer/recipe_usual.h"

/* Never called: no optimiser takes a step here. */
static double no_loss(void *context) {
    (void)context;
    return 0;
}

/* What an optimiser of `size` numbers takes. */
static size_t measured(const Recipe *recipe, size_t size) {
    Arena *arena = arena_new();
    real *x = ARENA_NEW(arena, real, size);
    const size_t before = arena_used(arena);
    recipe_optimizer_new(
        arena, recipe,
        (Objective){.size = size, .x = x, .gradient = x, .evaluate = no_loss});
    const size_t bytes = arena_used(arena) - before;
    arena_free(arena);
    return bytes;
}

/* An optimiser has a number of vectors and a little more: two small ones show how many,
 * and no large one has to be made. */
static size_t optimizer_bytes(const Recipe *recipe, size_t size) {
    enum { SMALL = 1024 };
    const size_t one = measured(recipe, SMALL), two = measured(recipe, 2 * SMALL);
    return one - (two - one) + (two - one) / SMALL * size;
}

bool forecast_memory(Network *network, const Recipe *stage, const Scene *scene,
                     StageMemory *out, Error *err) {
    enum { COPIES = 4 };
    const MemoryUse before = memory_for("the forecast of its memory", NULL);
    Problem problem;
    Arena *arena = arena_new_sketch();
    Recipe recipe = *stage;
    bool good = recipe_choose_rate(&recipe, network, scene->content.shape, err) &&
                problem_sketch(&problem, arena, &recipe, network, scene, err);
    if (good) {
        const size_t size = shape_size(problem.variable->shape);
        const size_t copies = COPIES + (recipe.run.average > 0);
        *out = (StageMemory){.targets = problem.losses->target_bytes,
                             .tapes = problem_bytes(&problem),
                             .kept = arena_used(arena),
                             .optimizer = optimizer_bytes(&recipe, size),
                             .images = copies * size * sizeof(real)};
        problem_free(&problem);
    }
    arena_free(arena);
    memory_for_again(before);
    return good;
}

size_t stage_memory_sum(const StageMemory *m) {
    const size_t painting = m->tapes + m->optimizer + m->images;
    return m->kept + (painting > m->targets ? painting : m->targets);
}
