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

/* What the optimiser sees: the loss at the present pixels, their gradient filled in. */
static double evaluate(void *context) {
    Problem *problem = context;
    tape_forward(problem->tape);
    tape_backward(problem->tape, problem->total);
    return problem_terms(problem).total;
}

static Optimizer *optimizer_for(Arena *arena, const Recipe *r, Objective objective) {
    switch (r->method) {
    case METHOD_GD:
        return gd_new(arena, objective, (Gd){.rate = r->rate, .momentum = r->momentum});
    case METHOD_ADAM:
        return adam_new(arena, objective, (Adam){.rate = r->rate});
    case METHOD_ANNEAL:
        return anneal_new(arena, objective,
                          (Anneal){.rate = r->rate,
                                   .temperature = r->temperature,
                                   .cooling = r->cooling,
                                   .seed = r->seed});
    case METHOD_LBFGS:
        break;
    }
    return lbfgs_new(
        arena, objective,
        (Lbfgs){.rate = r->rate, .history = r->history, .strong_wolfe = r->line_search});
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
    Objective objective = {.size = shape_size(x.shape),
                           .x = x.data,
                           .gradient = problem->variable->grad,
                           .evaluate = evaluate,
                           .context = problem};
    Optimizer *optimizer = optimizer_for(arena, r, objective);
    PaintEnd end = {.why = "all steps are done"};
    PaintStep now = {0};
    double start = seconds_now();
    while (end.steps < r->steps) {
        if (end.steps < r->clamp_steps) clamp(x, r->clamp_low, r->clamp_high);
        if (r->drop_step > 0 && end.steps == r->drop_step) {
            optimizer_restart(optimizer);
            optimizer_set_rate(optimizer, r->drop_rate);
        }
        tensor_copy(last_good, x);
        Step step = optimizer_step(optimizer);
        if (!isfinite(step.loss) || !tensor_finite(x)) {
            tensor_copy(x, last_good);
            end.diverged = true;
            end.why = "the loss is no longer a finite number";
            break;
        }
        now.step = ++end.steps;
        now.evaluations += step.evaluations;
        now.rate = optimizer_rate(optimizer);
        now.seconds = seconds_now() - start;
        now.terms = problem_terms(problem);
        if (!watcher(context, problem, &now)) {
            end.why = "stopped on request";
            break;
        }
        if (step.stop) {
            end.why = step.stop;
            break;
        }
    }
    tape_forward(problem->tape);
    end.terms = problem_terms(problem);
    return end;
}
