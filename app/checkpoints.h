/* When a run saves its checkpoints (io/checkpoint.h), and what happens when it cannot.
 *
 *     CheckpointPlan plan = {.path = "run.checkpoint", .every = {.steps = 50}};
 *     ... after each step ...
 *     if (checkpoints_due(&plan, step, seconds) &&
 *         !checkpoints_save(&plan, step, seconds, settings, &list, &err)) ...
 *
 * A checkpoint that cannot be written does not end the run: the user is told, the last
 * one stays, and the program's exit status is not 0. */
#ifndef APP_CHECKPOINTS_H
#define APP_CHECKPOINTS_H

#include "app/options.h"
#include "io/checkpoint.h"

#define CHECKPOINT_SECONDS 60 /* between two checkpoints, when it is not said */

/* How often. Both 0: after CHECKPOINT_SECONDS. */
typedef struct CheckpointEvery {
    int steps;      /* between two checkpoints; 0: by time */
    double seconds; /* or between two checkpoints in time */
} CheckpointEvery;

/* A CheckpointEvery: "50" is a number of steps, "30s" of seconds. */
extern const SettingKind checkpoints_every;

typedef struct CheckpointPlan {
    const char *path; /* NULL: there are none */
    CheckpointEvery every;
    int last_step; /* of the last that was written; 0: none */
    double last_seconds;
    bool failed; /* one could not be written */
} CheckpointPlan;

/* Whether a checkpoint is due after this step, `seconds` after the run began. */
bool checkpoints_due(const CheckpointPlan *plan, int step, double seconds);

/* Writes one. When that fails, the sentence also says which one there is. */
bool checkpoints_save(CheckpointPlan *plan, int step, double seconds, const char *text,
                      const StateList *list, Error *err);

#endif
