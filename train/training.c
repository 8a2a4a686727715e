#include "train/training.h"

#include <math.h>

#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "train/reports.h"

#define TESTS 8 /* batches of photographs never learned from, for a report */

struct Training {
    Distill *distill;
    Optimizer *adam;
    Schedule schedule;
    int steps, every; /* all of them; between two reports */
    int done;         /* steps */
    double mean;      /* of the loss since the last report */
    bool diverged;
};

Training *training_new(Arena *arena, Distill *distill, double rate, int steps,
                       int every) {
    Training *t = ARENA_NEW(arena, Training, 1);
    *t = (Training){.distill = distill,
                    .adam = adam_new(arena, distill_objective(distill), ADAM_DEFAULTS),
                    .schedule = schedule_one_cycle(rate, steps),
                    .steps = steps,
                    .every = every};
    return t;
}

bool training_step(Training *t, Error *err) {
    if (!distill_batch(t->distill, PHOTOS_TRAIN, err)) return false;
    schedule_apply(&t->schedule, t->adam, t->done);
    const Step step = optimizer_step(t->adam);
    t->diverged = step.stop != NULL;
    if (t->diverged)
        return error_set(err, "stopped at step %d: %s; try a lower --lr", t->done + 1,
                         step.stop);
    t->mean += (step.loss - t->mean) / (t->done % t->every + 1);
    t->done++;
    return true;
}

bool training_is_finite(const Training *t) {
    return !t->diverged;
}

int training_steps(const Training *t) {
    return t->done;
}

bool training_reports_now(const Training *t) {
    return reports_now(t->done, t->steps, t->every);
}

int training_reports(const Training *t) {
    return reports_until(t->done, t->steps, t->every);
}

bool training_report(Training *t, TrainingReport *report, Error *err) {
    *report = (TrainingReport){.step = t->done, .loss = t->mean};
    if (!distill_test(t->distill, TESTS, &report->test, report->layer, err)) return false;
    if (training_reports_now(t)) t->mean = 0;
    return true;
}

void training_state(Training *t, StateList *list) {
    state_add(list, "training step", STATE_INT, &t->done, 1);
    state_add(list, "mean loss", STATE_DOUBLE, &t->mean, 1);
    distill_state(t->distill, list);
    optimizer_state(t->adam, list);
}

bool training_state_check(const Training *t, Error *err) {
    if (t->done < 0 || t->done > t->steps)
        return error_set(err, "step %d of %d", t->done, t->steps);
    if (!isfinite(t->mean)) return error_set(err, "a mean loss that is not finite");
    return distill_state_check(t->distill, err) && optimizer_state_check(t->adam, err);
}
