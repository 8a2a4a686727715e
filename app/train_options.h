/* What `train-features` can be told. */
#ifndef APP_TRAIN_OPTIONS_H
#define APP_TRAIN_OPTIONS_H

#include "app/checkpoints.h"
#include "train/distill.h"

#define PHOTOGRAPHS_MOST 64                               /* files */
#define OPTIONS_OF_TRAINING "a smaller --batch or --size" /* that take less memory */

typedef struct TrainOptions {
    const char *photographs[PHOTOGRAPHS_MOST]; /* archives and images */
    int files;                                 /* of them */
    const char *teacher[DISTILL_TEACHERS];     /* files of weights */
    int teachers;
    const char *teacher_list; /* as it was said; NULL: nothing was */
    const char *out;
    const char *trace; /* NULL: none */
    int batch, painted, side, steps;
    double rate;
    bool half;
    uint64_t seed;
    int threads;         /* 0: as many as there are */
    size_t memory_limit; /* bytes; 0: what the machine has */
    CheckpointOptions checkpoint;
    const CheckpointFile *resumed; /* where it continues; NULL: a new run */
} TrainOptions;

/* Nothing said. */
extern const TrainOptions train_defaults;

/* The table for groups. */
extern const Option train_options[];

/* The options that decide what is learned, and those that name an output or say when one
 * is written: the former are settled when a run is continued. NULL ends them. */
extern const char *const train_settings[];
extern const char *const train_outputs[];

#endif
