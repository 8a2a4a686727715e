#include "transfer/paint.h"

#include <math.h>

#include "tensor/clock.h"
#include "transfer/average.h"
#include "transfer/recipe_optimizer.h"

#define STRING_OF(x) #x
#define STRING(x) STRING_OF(x)

/* The context of the objective: the best evaluation of the present step. A line search
 * evaluates several images; the one that it accepts is the best of them. */
typedef struct Seen {
    Problem *problem;
    bool any;
    Terms best, last;
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
    seen->last = terms;
    return terms.total;
}

static void clamp(const Recipe *r, ClampWhen when, int step, Tensor x) {
    const real low = (real)r->pixels.clamp.low, high = (real)r->pixels.clamp.high;
    if (!(low < high) || r->pixels.clamp_when != when) return;
    if (r->pixels.clamp_steps > 0 && step >= r->pixels.clamp_steps) return;
    size_t size = shape_size(x.shape);
    for (size_t i = 0; i < size; i++)
        x.data[i] = x.data[i] < low ? low : x.data[i] > high ? high : x.data[i];
}

/* Why the run is over before its last step, or NULL. */
static const char *early_end(const Recipe *r, int evaluations, double before,
                             double now) {
    const double size = fmax(fmax(fabs(before), fabs(now)), 1);
    if (r->run.evaluations > 0 && evaluations >= r->run.evaluations)
        return "all evaluations are done";
    if (r->run.tolerance_loss > 0 && isfinite(before) &&
        before - now <= r->run.tolerance_loss * size)
        return "the loss hardly falls any more";
    return NULL;
}

/* Whether the losses of the last UNTIL_WINDOW steps, and the one before them, lie within
 * recipe->until of the largest. */
static bool settled(const Recipe *r, double *recent, int index, double loss) {
    double low = loss, high = loss;
    recent[index % (UNTIL_WINDOW + 1)] = loss;
    if (r->run.until == 0 || index < UNTIL_WINDOW) return false;
    for (int i = 0; i <= UNTIL_WINDOW; i++) {
        low = fmin(low, recent[i]);
        high = fmax(high, recent[i]);
    }
    return high - low <= r->run.until * fabs(high);
}

/* A new optimiser after each round of evaluations, when the recipe has restart-every. */
static void restart(const Recipe *r, Optimizer *optimizer, int evaluations, int *round) {
    if (r->optimizer.restart_every == 0 ||
        evaluations / r->optimizer.restart_every == *round)
        return;
    *round = evaluations / r->optimizer.restart_every;
    optimizer_restart(optimizer);
}

/* The state of a run between steps. */
struct PaintRun {
    const Recipe *recipe;
    Arena *arena;
    Objective objective;
    Optimizer *optimizer;
    SlopeCheck *check; /* NULL before the first check */
    Schedule schedule;
    Average average;
    Tensor x, last_good;
    Seen seen;
    PaintStep now;                   /* the last step; 0 before the first */
    double start, before;            /* seconds; the loss that the last step began with */
    int round;                       /* of restart_every evaluations */
    int ended;                       /* 1: the last step was the last for a reason of its
                                      * own, not because all steps are done */
    double recent[UNTIL_WINDOW + 1]; /* losses, for settled() */
};

/* Whether loss, pixels and, where the optimiser cannot go on, gradient are numbers. */
static bool still_finite(const PaintRun *run, const Step *step) {
    const Tensor gradient = {run->x.shape, run->seen.problem->variable->grad};
    return isfinite(step->loss) && tensor_finite(run->x) &&
           (!step->stop || tensor_finite(gradient));
}

/* Takes one step. Returns why that was the last, or NULL. */
static const char *take_step(PaintRun *run, PaintEnd *end) {
    const Recipe *r = run->recipe;
    const int index = run->now.step;
    clamp(r, CLAMP_BEFORE, index, run->x);
    restart(r, run->optimizer, run->now.evaluations, &run->round);
    schedule_apply(&run->schedule, run->optimizer, index);
    tensor_copy(run->last_good, run->x);
    run->seen.any = false;
    const Step step = optimizer_step(run->optimizer);
    end->diverged = !still_finite(run, &step);
    end->hopeless = end->diverged && index == 0 && step.stop && step.evaluations == 1;
    if (end->diverged) {
        end->lost = run->seen.last;
        tensor_copy(run->x, run->last_good);
    }
    if (step.stop) return step.stop;
    if (end->diverged) return "a pixel is no longer a finite number";
    clamp(r, CLAMP_AFTER, index, run->x);
    average_add(&run->average, run->x);
    run->now.step++;
    run->now.evaluations += step.evaluations;
    run->now.rate = schedule_rate(&run->schedule, index);
    run->now.seconds = seconds_now() - run->start;
    run->now.terms = run->seen.best;
    const double before = run->before;
    run->before = step.loss;
    if (settled(r, run->recent, index, step.loss))
        return "the loss has changed by less than --until in " STRING(
            UNTIL_WINDOW) " steps";
    return early_end(r, run->now.evaluations, before, step.loss);
}

PaintRun *paint_begin(Problem *problem, Arena *arena) {
    const Recipe *r = problem->recipe;
    PaintRun *run = ARENA_NEW(arena, PaintRun, 1);
    const Tensor x = node_tensor(problem->variable);
    const Objective objective = {.size = shape_size(x.shape),
                                 .x = x.data,
                                 .gradient = problem->variable->grad,
                                 .evaluate = evaluate,
                                 .context = &run->seen};
    *run = (PaintRun){.recipe = r,
                      .arena = arena,
                      .objective = objective,
                      .optimizer = recipe_optimizer_new(arena, r, objective),
                      .schedule = recipe_optimizer_schedule(r),
                      .average = average_new(arena, r->run.average, x.shape),
                      .x = x,
                      .last_good = tensor_clone(arena, x),
                      .seen = {.problem = problem},
                      .now = {.side = x.shape.h > x.shape.w ? x.shape.h : x.shape.w},
                      .start = seconds_now(),
                      .before = HUGE_VAL};
    average_add(&run->average, x);
    return run;
}

void paint_state(PaintRun *run, StateList *list) {
    state_add(list, "image", STATE_REAL, run->x.data, shape_size(run->x.shape));
    state_add(list, "step", STATE_INT, &run->now.step, 1);
    state_add(list, "evaluations", STATE_INT, &run->now.evaluations, 1);
    state_add(list, "seconds", STATE_DOUBLE, &run->now.seconds, 1);
    state_add(list, "loss before", STATE_DOUBLE, &run->before, 1);
    state_add(list, "restarts", STATE_INT, &run->round, 1);
    state_add(list, "ended", STATE_INT, &run->ended, 1);
    state_add(list, "recent losses", STATE_DOUBLE, run->recent, UNTIL_WINDOW + 1);
    average_state(&run->average, list);
    optimizer_state(run->optimizer, list);
}

bool paint_resume(PaintRun *run, Error *err) {
    const PaintStep *now = &run->now;
    if (now->step < 0 || now->step > run->recipe->run.steps)
        return error_set(err, "step %d of %d", now->step, run->recipe->run.steps);
    if (now->evaluations < now->step || run->round < 0)
        return error_set(err, "%d evaluations in %d steps, %d restarts", now->evaluations,
                         now->step, run->round);
    if (!tensor_finite(run->x)) return error_set(err, "a pixel that is not finite");
    run->start = seconds_now() - (isfinite(now->seconds) ? now->seconds : 0);
    return optimizer_state_check(run->optimizer, err);
}

SlopeResult paint_check_slope(PaintRun *run) {
    if (!run->check) run->check = slope_check_new(run->arena, run->objective);
    return slope_check(run->check, run->last_good.data);
}

PaintStep paint_now(const PaintRun *run) {
    return run->now;
}

bool paint_take_step(PaintRun *run, PaintEnd *end) {
    const int done = run->now.step;
    if (end->why || run->ended || done >= run->recipe->run.steps) return false;
    end->why = take_step(run, end);
    run->ended = end->why != NULL;
    return run->now.step > done;
}

void paint_end(PaintRun *run, PaintEnd *end) {
    Problem *problem = run->seen.problem;
    if (!end->why) end->why = "all steps are done";
    end->steps = run->now.step;
    average_take(&run->average, run->x);
    problem_forward(problem);
    end->terms = problem_terms(problem);
}

PaintEnd paint_continue(PaintRun *run, PaintWatcher *watcher, void *context) {
    PaintEnd end = {.why = NULL};
    while (paint_take_step(run, &end))
        if (watcher && !watcher(context, run->seen.problem, &run->now)) {
            end.why = "stopped on request";
            break;
        }
    paint_end(run, &end);
    return end;
}

PaintEnd paint_run(Problem *problem, Arena *arena, PaintWatcher *watcher, void *context) {
    return paint_continue(paint_begin(problem, arena), watcher, context);
}
