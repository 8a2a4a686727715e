/* What the optimisers add to a step: everything but the evaluation of loss and gradient,
 * on as many numbers as the image has. */
#include "app/bench.h"
#include "optim/optimizer.h"
#include "tensor/clock.h"
#include "tensor/threads.h"
#include "transfer/recipe_optimizer.h"

/* L = sum of c x^2 / 2, with c from 1 to 2; and how long it took to say so. */
typedef struct Bowl {
    size_t size;
    real *x, *gradient;
    double seconds; /* of the last evaluation */
} Bowl;

static double evaluate(void *context) {
    Bowl *bowl = context;
    const double start = seconds_now();
#pragma omp parallel for simd num_threads(threads_over(bowl->size))
    for (size_t i = 0; i < bowl->size; i++)
        bowl->gradient[i] = bowl->x[i] * (1 + (real)(i % 8) / 8);
    bowl->seconds = seconds_now() - start;
    return 1;
}

/* So small a rate that no run comes to an end. */
#define RATE 1e-3

static Spread steps_of(Arena *arena, Optimizer *optimizer, const Bowl *bowl, int warm,
                       int rounds) {
    double *seconds = ARENA_NEW(arena, double, (size_t)rounds);
    for (int i = -warm; i < rounds; i++) {
        const double start = seconds_now();
        optimizer_step(optimizer);
        const double end = seconds_now();
        if (i >= 0) seconds[i] = end - start - bowl->seconds;
    }
    return spread_of(seconds, rounds);
}

void bench_optimizers(Bench *bench) {
    Arena *arena = arena_new();
    const Shape shape = {1, 3, bench->side, bench->side};
    Rng rng = rng_seed(1);
    Tensor x = tensor_alloc(arena, shape);
    Bowl bowl = {shape_size(shape), x.data, tensor_alloc(arena, shape).data, 0};
    const Objective objective = {bowl.size, bowl.x, bowl.gradient, evaluate, &bowl};
    Adam adam = ADAM_DEFAULTS;
    Lbfgs lbfgs = LBFGS_DEFAULTS;
    adam.lr = lbfgs.lr = RATE;
    tensor_fill_uniform(x, &rng, 1, 2);
    bench->adam =
        steps_of(arena, adam_new(arena, objective, adam), &bowl, 2, bench->rounds);
    bench->lbfgs = steps_of(arena, lbfgs_new(arena, objective, lbfgs), &bowl,
                            lbfgs.history + 2, bench->rounds);
    arena_free(arena);
}

double bench_method(const Recipe *recipe, size_t size, int history) {
    enum { ROUNDS = 5 };
    Arena *arena = arena_new();
    Rng rng = rng_seed(1);
    const Shape shape = {1, 1, 1, (int)size};
    Tensor x = tensor_alloc(arena, shape);
    Bowl bowl = {size, x.data, tensor_alloc(arena, shape).data, 0};
    const Objective objective = {size, bowl.x, bowl.gradient, evaluate, &bowl};
    Recipe own = *recipe;
    own.optimizer.schedule.lr = RATE;
    own.optimizer.lbfgs.history = history;
    own.run.steps = history + 2 + ROUNDS;
    own.optimizer.lbfgs.strong_wolfe = false;
    own.optimizer.anneal.temperature = 0;
    own.optimizer.anneal.cooling = 1;
    tensor_fill_uniform(x, &rng, 1, 2);
    const Spread spread = steps_of(arena, recipe_optimizer_new(arena, &own, objective),
                                   &bowl, history + 2, ROUNDS);
    arena_free(arena);
    return spread.median > 0 ? spread.median : 0;
}
