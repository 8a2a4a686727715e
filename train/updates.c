#include "train/updates.h"

#include <math.h>

#include "autograd/node.h"
#include "tensor/check.h"

#define WARM_UP 50 /* updates, but not more than a tenth of all */

static int warm_up(const StyleSettings *settings) {
    return settings->steps / 10 < WARM_UP ? settings->steps / 10 : WARM_UP;
}

Updates updates_new(const StyleSettings *settings) {
    CHECK(settings->steps >= 1 && settings->batch >= 1, "updates: %d of %d squares",
          settings->steps, settings->batch);
    return (Updates){.settings = *settings,
                     .clip = {.most = settings->clip},
                     .rng = rng_seed(settings->seed + 1),
                     .schedule = schedule_warm_cosine(settings->rate, warm_up(settings),
                                                      settings->steps)};
}

void updates_record(Updates *u, Tape *tape, int side, StyleNodes nodes) {
    Node *const term[UPDATES_TERMS] = {nodes.total, nodes.content, nodes.style, nodes.tv,
                                       nodes.stability};
    u->tape = tape;
    u->side = side;
    for (int i = 0; i < UPDATES_TERMS; i++)
        u->term[i] = term[i];
}

static double evaluate(void *context) {
    Updates *u = context;
    tape_forward(u->tape);
    tape_backward(u->tape, u->term[0]);
    parameters_gather(&u->parameters, u->tape);
    clip_gradient(&u->clip, u->parameters.gradient, u->parameters.size);
    return (double)node_scalar(u->term[0]);
}

void updates_begin(Updates *u, Arena *arena) {
    const Parameters *p = &u->parameters;
    const Objective loss = {p->size, p->x, p->gradient, evaluate, u};
    u->adam = adam_new(arena, loss, ADAM_DEFAULTS);
}

bool updates_step(Updates *u, Error *err) {
    schedule_apply(&u->schedule, u->adam, u->done);
    const Step step = optimizer_step(u->adam);
    u->diverged = step.stop != NULL;
    if (u->diverged)
        return error_set(err, "stopped at update %d: %s; try a lower --lr", u->done + 1,
                         step.stop);
    for (int i = 0; i < UPDATES_TERMS; i++)
        if (u->term[i]) u->sum[i] += (double)node_scalar(u->term[i]);
    u->summed++;
    u->done++;
    return true;
}

StyleTerms updates_terms(Updates *u) {
    CHECK(u->summed > 0, "updates: none since the last terms");
    double mean[UPDATES_TERMS];
    for (int i = 0; i < UPDATES_TERMS; i++) {
        mean[i] = u->sum[i] / u->summed;
        u->sum[i] = 0;
    }
    u->summed = 0;
    return (StyleTerms){mean[0], mean[1], mean[2], mean[3], mean[4]};
}

int updates_side(const StyleSettings *s, int step) {
    const int middle = (s->first + s->last) / 2 / 4 * 4;
    if (step < (int)(UPDATES_FIRST * s->steps)) return s->first;
    return step < (int)((1 - UPDATES_LAST) * s->steps) ? middle : s->last;
}

double updates_work(const StyleSettings *s, int from, int to) {
    double pixels = 0;
    for (int step = from; step < to; step++) {
        const double side = updates_side(s, step);
        pixels += side * side * s->batch;
    }
    return pixels;
}

double updates_left(const StyleSettings *s, int from, int done, double seconds) {
    const double pixels = updates_work(s, from, done);
    return pixels > 0 ? seconds / pixels * updates_work(s, done, s->steps) : 0;
}

void updates_state(Updates *u, StateList *list) {
    state_add(list, "updates", STATE_INT, &u->done, 1);
    state_add(list, "updates in the sums", STATE_INT, &u->summed, 1);
    state_add(list, "sums of terms", STATE_DOUBLE, u->sum, UPDATES_TERMS);
    state_add(list, "random numbers", STATE_UINT64, &u->rng.state, 1);
    clip_state(&u->clip, list);
    parameters_state(&u->parameters, list);
    optimizer_state(u->adam, list);
}

bool updates_state_check(const Updates *u, Error *err) {
    if (u->done < 0 || u->done > u->settings.steps)
        return error_set(err, "update %d of %d", u->done, u->settings.steps);
    if (u->summed < 0 || u->summed > u->done)
        return error_set(err, "sums over %d of %d updates", u->summed, u->done);
    if (!(u->clip.usual >= 0 && isfinite(u->clip.usual)))
        return error_set(err, "a usual length of the gradient of %g", u->clip.usual);
    for (int i = 0; i < UPDATES_TERMS; i++)
        if (!isfinite(u->sum[i])) return error_set(err, "a sum that is not finite");
    for (size_t i = 0; i < u->parameters.size; i++)
        if (!isfinite((double)u->parameters.x[i]))
            return error_set(err, "weight %zu is not finite", i);
    return optimizer_state_check(u->adam, err);
}
