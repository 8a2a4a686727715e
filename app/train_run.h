/* A whole run of `train-features`, new or continued. */
#ifndef APP_TRAIN_RUN_H
#define APP_TRAIN_RUN_H

#include "app/run_record.h"
#include "app/table.h"
#include "app/train_options.h"
#include "train/training.h"

#define TRAIN_REPORT 100 /* steps between two lines */

/* While it goes on: what its parts share. */
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

/* Trains, saves and reports; returns the exit status. */
int train_run(const TrainOptions *options);

#endif
