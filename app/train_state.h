/* A run of `train-features` while it goes on: what its parts share. */
#ifndef APP_TRAIN_STATE_H
#define APP_TRAIN_STATE_H

#include "app/run_record.h"
#include "app/table.h"
#include "app/train_options.h"
#include "train/training.h"

#define TRAIN_REPORT 100 /* steps between two lines */

typedef struct TrainRun {
    Arena *arena;
    const TrainOptions *options;
    Network *student;
    Distill *distill;
    Training *training;
    Table *trace;
    RunInputs inputs;
    double seconds; /* of training, those before the run was continued included */
    CheckpointPlan checkpoints;
    const char *settings; /* what a checkpoint says of the run */
} TrainRun;

#endif
