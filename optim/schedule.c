#include "optim/schedule.h"

#include <float.h>
#include <math.h>

#include "tensor/check.h"

static void check_rate(double lr) {
    CHECK(isfinite(lr) && lr > 0, "a learning rate of %g", lr);
}

static Schedule decay(ScheduleKind kind, double lr, double factor, int every) {
    check_rate(lr);
    CHECK(factor > 0 && factor <= 1, "a decay by the factor %g", factor);
    CHECK(every > 0, "a decay every %d steps", every);
    return (Schedule){.kind = kind, .lr = lr, .factor = factor, .every = every};
}

Schedule schedule_constant(double lr) {
    check_rate(lr);
    return (Schedule){.kind = SCHEDULE_CONSTANT, .lr = lr};
}

Schedule schedule_drop(double lr, int at, double after, bool restart) {
    check_rate(lr);
    check_rate(after);
    return (Schedule){
        .kind = SCHEDULE_DROP, .lr = lr, .at = at, .after = after, .restart = restart};
}

Schedule schedule_exponential(double lr, double factor, int every) {
    return decay(SCHEDULE_EXPONENTIAL, lr, factor, every);
}

Schedule schedule_staircase(double lr, double factor, int every) {
    return decay(SCHEDULE_STAIRCASE, lr, factor, every);
}

Schedule schedule_one_cycle(double lr, int steps) {
    check_rate(lr);
    CHECK(steps > 0, "a cycle of %d steps", steps);
    return (Schedule){.kind = SCHEDULE_ONE_CYCLE, .lr = lr, .every = steps};
}

Schedule schedule_warm_cosine(double lr, int warm, int steps) {
    check_rate(lr);
    CHECK(warm >= 0 && steps > warm, "%d steps with %d of warm-up", steps, warm);
    return (Schedule){.kind = SCHEDULE_WARM_COSINE, .lr = lr, .at = warm, .every = steps};
}

/* From `from` to `to` along half a cosine, at = 0 .. 1. */
static double along_cosine(double from, double to, double at) {
    return to + (from - to) * (1 + cos(3.14159265358979323846 * at)) / 2;
}

static double one_cycle(double lr, int steps, int step) {
    const double top = 0.3 * steps - 1, last = steps - 1, t = step < last ? step : last;
    if (t <= top) return along_cosine(lr / 25, lr, t / top);
    return along_cosine(lr, lr / 25e4, (t - top) / (last - top));
}

static double warm_cosine(double lr, int warm, int steps, int step) {
    const int last = steps - 1, t = step < last ? step : last;
    if (t < warm) return lr * (t + 1) / warm;
    return t == warm ? lr
                     : along_cosine(lr, lr / 100, (double)(t - warm) / (last - warm));
}

/* A rate that has become too small to be a number is the smallest one. */
static double positive(double rate) {
    return fmax(rate, DBL_MIN);
}

double schedule_rate(const Schedule *schedule, int step) {
    const Schedule *s = schedule;
    switch (s->kind) {
    case SCHEDULE_CONSTANT:
        return s->lr;
    case SCHEDULE_DROP:
        return step < s->at ? s->lr : s->after;
    case SCHEDULE_EXPONENTIAL:
        return positive(s->lr * pow(s->factor, (double)step / s->every));
    case SCHEDULE_STAIRCASE:
        return positive(s->lr * pow(s->factor, step / s->every));
    case SCHEDULE_ONE_CYCLE:
        return one_cycle(s->lr, s->every, step);
    case SCHEDULE_WARM_COSINE:
        return warm_cosine(s->lr, s->at, s->every, step);
    }
    CHECK(false, "a schedule of kind %d", (int)s->kind);
    return 0;
}

void schedule_apply(const Schedule *schedule, Optimizer *optimizer, int step) {
    optimizer_set_rate(optimizer, schedule_rate(schedule, step));
    bool drops_now = schedule->kind == SCHEDULE_DROP && step == schedule->at;
    if (drops_now && schedule->restart) optimizer_restart(optimizer);
}
