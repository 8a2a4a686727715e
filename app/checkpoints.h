/* When a run saves its checkpoints (io/checkpoint.h), and what happens when it cannot.
 *
 *     CheckpointPlan checkpoints = {.path = "run.checkpoint"};
 *     checkpoints_every(&checkpoints, "50", &err);              or "30s"
 *     ... after each step ...
 *     if (checkpoints_due(&checkpoints, step, seconds))
 *         checkpoints_save(&checkpoints, "paint", step, seconds, settings, &list);
 *
 * A checkpoint that cannot be written does not end the run: the user is told, the last
 * one stays, and the program's exit status is not 0. */
#ifndef APP_CHECKPOINTS_H
#define APP_CHECKPOINTS_H

#include "io/checkpoint.h"

#define CHECKPOINT_SECONDS                                                               \
    60 /* between two checkpoints, when --checkpoint-every is not
                                 given */

typedef struct CheckpointPlan {
    const char *path; /* NULL: there are none */
    int steps;        /* between two checkpoints; 0: by time */
    double seconds;   /* or between two checkpoints in time */
    int last_step;    /* of the last that was written; 0: none */
    double last_seconds;
    bool failed; /* one could not be written */
} CheckpointPlan;

/* Reads --checkpoint-every: a number of steps, or of seconds with an s. NULL: the usual. */
bool checkpoints_every(CheckpointPlan *checkpoints, const char *text, Error *err);

/* Whether a checkpoint is due after this step, `seconds` after the run began. */
bool checkpoints_due(const CheckpointPlan *checkpoints, int step, double seconds);

/* Writes one. Says on stderr when that fails. */
void checkpoints_save(CheckpointPlan *checkpoints, const char *command, int step,
                      double seconds, const char *text, const StateList *list);

#endif
