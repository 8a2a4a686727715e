#include "app/checkpoints.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool checkpoints_every(CheckpointPlan *c, const char *text, Error *err) {
    enum { MAX_SECONDS = 1000000, MAX_STEPS = 1000000000 };
    c->steps = 0;
    c->seconds = CHECKPOINT_SECONDS;
    if (!text) return true;
    char *end;
    const bool digit = *text >= '0' && *text <= '9'; /* no blank, no sign, no "inf" */
    const double value = digit ? strtod(text, &end) : 0;
    if (digit && *end == 0 && value >= 1 && value <= MAX_STEPS && floor(value) == value)
        c->steps = (int)value;
    else if (digit && strcmp(end, "s") == 0 && value > 0 && value <= MAX_SECONDS)
        c->seconds = value;
    else
        return error_set(err,
                         "--checkpoint-every %s: give a number of steps (50), or of "
                         "seconds with an s (30s)",
                         text);
    return true;
}

bool checkpoints_due(const CheckpointPlan *c, int step, double seconds) {
    if (!c->path) return false;
    return c->steps ? step % c->steps == 0 : seconds - c->last_seconds >= c->seconds;
}

void checkpoints_save(CheckpointPlan *c, const char *command, int step, double seconds,
                      const char *text, const StateList *list) {
    Error err;
    c->last_seconds = seconds; /* after a failure the next attempt waits as well */
    if (checkpoint_write(c->path, text, list, &err)) {
        c->last_step = step;
        return;
    }
    c->failed = true;
    fprintf(stderr, "\nstylegrad %s: %s; ", command, err.text);
    if (c->last_step)
        fprintf(stderr, "the checkpoint of step %d is kept, the run goes on\n",
                c->last_step);
    else
        fprintf(stderr, "there is no checkpoint yet, the run goes on\n");
}
