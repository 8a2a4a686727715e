#include "optim/schedule.h"

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

double schedule_rate(const Schedule *schedule, int step) {
    const Schedule *s = schedule;
    switch (s->kind) {
    case SCHEDULE_CONSTANT:
        return s->lr;
    case SCHEDULE_DROP:
        return step < s->at ? s->lr : s->after;
    case SCHEDULE_EXPONENTIAL:
        return s->lr * pow(s->factor, (double)step / s->every);
    case SCHEDULE_STAIRCASE:
        return s->lr * pow(s->factor, step / s->every);
    }
    CHECK(false, "a schedule of kind %d", (int)s->kind);
    return 0;
}

void schedule_apply(const Schedule *schedule, Optimizer *optimizer, int step) {
    optimizer_set_rate(optimizer, schedule_rate(schedule, step));
    bool drops_now = schedule->kind == SCHEDULE_DROP && step == schedule->at;
    if (drops_now && schedule->restart) optimizer_restart(optimizer);
}
