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

#include "app/files.h"
#include "app/options.h"
#include "io/checkpoint.h"

#define CHECKPOINT_SECONDS 60 /* between two checkpoints, when it is not said */

/* How often. Both 0: after CHECKPOINT_SECONDS. */
typedef struct CheckpointEvery {
    int steps;      /* between two checkpoints; 0: by time */
    double seconds; /* or between two checkpoints in time */
} CheckpointEvery;

/* What a command can be told; zeros: nothing of it. */
typedef struct CheckpointOptions {
    const char *file; /* NULL: none */
    CheckpointEvery every;
    const char *resume; /* the checkpoint to continue; NULL: a new run */
    bool trust;         /* its inputs may be anywhere */
} CheckpointOptions;

/* Their table, for groups. */
extern const Option checkpoint_options[];

/* Whether the file and the one before it can be written, if there is to be one. */
bool checkpoints_ready(const CheckpointOptions *options, Error *err);

/* Both among the files of a command, and the one that is continued, which only they may
 * replace; the second name is in the arena. */
void checkpoints_files(const CheckpointOptions *options, Arena *arena, Files *files);

typedef struct CheckpointPlan {
    const char *path; /* NULL: there are none */
    CheckpointEvery every;
    int last_step; /* of the last that was written; 0: none */
    double last_seconds;
    bool failed; /* one could not be written */
} CheckpointPlan;

/* Says so when a new run is going to replace a checkpoint, which --resume of this command
 * would continue. */
void checkpoints_note(const CheckpointOptions *options, const char *command);

/* Whether a checkpoint is due after this step, `seconds` after the run began. */
bool checkpoints_due(const CheckpointPlan *plan, int step, double seconds);

/* The run goes on from this file, which was saved after this step. */
void checkpoints_resumed(CheckpointPlan *plan, const char *from, int step,
                         double seconds);

/* Writes one. When that fails, the sentence also says which one there is. */
bool checkpoints_save(CheckpointPlan *plan, int step, double seconds, const char *text,
                      const StateList *list, Error *err);

/* Adds to a sentence about what is lost which checkpoint is kept, and where. */
void checkpoints_mention(const CheckpointPlan *plan, Error *err);

#endif
