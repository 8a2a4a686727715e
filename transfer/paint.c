#include "transfer/paint.h"

#include <math.h>
#include <time.h>

#include "optim/optimizer.h"
#include "optim/schedule.h"

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* What the optimiser's objective carries along: the best that the present step has seen.
 * A line search looks at several pictures; the one it settles on is the best of them. */
typedef struct Seen {
    Problem *problem;
    bool any;
    Terms best;
} Seen;

/* The loss at the present pixels, their gradient filled in. */
static double evaluate(void *context) {
    Seen *seen = context;
    Problem *problem = seen->problem;
    problem_forward(problem);
    problem_backward(problem);
    Terms terms = problem_terms(problem);
    if (!seen->any || terms.total < seen->best.total) seen->best = terms;
    seen->any = true;
    return terms.total;
}

static Optimizer *optimizer_for(Arena *arena, const Recipe *r, Objective objective) {
    Adam adam = ADAM_DEFAULTS;
    Lbfgs lbfgs = LBFGS_DEFAULTS;
    switch (r->method) {
    case METHOD_GD:
        return gd_new(arena, objective, (Gd){.lr = r->rate, .momentum = r->momentum});
    case METHOD_ADAM:
        adam.lr = r->rate;
        return adam_new(arena, objective, adam);
    case METHOD_ANNEAL:
        return anneal_new(arena, objective,
                          (Anneal){.lr = r->rate,
                                   .temperature = r->temperature,
                                   .cooling = r->cooling,
                                   .seed = r->seed});
    case METHOD_LBFGS:
        break;
    }
    lbfgs.lr = r->rate;
    lbfgs.history = r->history ? r->history : lbfgs.history;
    lbfgs.strong_wolfe = r->line_search;
    return lbfgs_new(arena, objective, lbfgs);
}

/* One rate, or document 002's drop with a new optimiser. */
static Schedule schedule_for(const Recipe *r) {
    if (r->drop_step == 0) return schedule_constant(r->rate);
    return schedule_drop(r->rate, r->drop_step, r->drop_rate, true);
}

static void clamp(Tensor x, double low, double high) {
    size_t size = shape_size(x.shape);
    for (size_t i = 0; i < size; i++)
        x.data[i] = x.data[i] < (real)low    ? (real)low
                    : x.data[i] > (real)high ? (real)high
                                             : x.data[i];
}

PaintEnd paint_run(Problem *problem, Arena *arena, PaintWatcher *watcher, void *context) {
    const Recipe *r = problem->recipe;
    Tensor x = node_tensor(problem->variable), last_good = tensor_clone(arena, x);
    Seen seen = {.problem = problem};
    Optimizer *optimizer = optimizer_for(arena, r,
                                         (Objective){.size = shape_size(x.shape),
                                                     .x = x.data,
                                                     .gradient = problem->variable->grad,
                                                     .evaluate = evaluate,
                                                     .context = &seen});
    Schedule schedule = schedule_for(r);
    PaintEnd end = {.why = "all steps are done"};
    PaintStep now = {0};
    double start = seconds_now();
    while (end.steps < r->steps) {
        if (end.steps < r->clamp_steps) clamp(x, r->clamp_low, r->clamp_high);
        schedule_apply(&schedule, optimizer, end.steps);
        tensor_copy(last_good, x);
        seen.any = false;
        Step step = optimizer_step(optimizer);
        end.diverged = !isfinite(step.loss) || !tensor_finite(x);
        if (end.diverged) tensor_copy(x, last_good);
        if (step.stop || end.diverged) {
            end.why = step.stop ? step.stop : "a pixel is no longer a finite number";
            break;
        }
        now.step = ++end.steps;
        now.evaluations += step.evaluations;
        now.rate = schedule_rate(&schedule, end.steps - 1);
        now.seconds = seconds_now() - start;
        now.terms = seen.best;
        if (watcher && !watcher(context, problem, &now)) {
            end.why = "stopped on request";
            break;
        }
    }
    problem_forward(problem);
    end.terms = problem_terms(problem);
    return end;
}
