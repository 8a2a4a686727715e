/* What `train-features` can be told. */
#ifndef APP_TRAIN_FEATURES_OPTIONS_H
#define APP_TRAIN_FEATURES_OPTIONS_H

#include "app/train_shared.h"
#include "train/distill.h"

#define OPTIONS_OF_TRAINING "a smaller --batch or --size" /* that take less memory */

typedef struct TrainOptions {
    TrainShared shared;                    /* the first part: see train_kind.h */
    const char *teacher[DISTILL_TEACHERS]; /* files of weights */
    int teachers;
    const char *teacher_list; /* as it was said; NULL: nothing was */
    int batch, painted, side;
    double rate;
    bool half;
    uint64_t seed;
} TrainOptions;

/* Nothing said. */
extern const TrainOptions train_defaults;

/* The table for groups. */
extern const Option train_options[];

/* See train_kind.h. */
extern const char *const train_settings[];
extern const char *const train_outputs[];

#endif
