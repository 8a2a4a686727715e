/* What a training of a style needs before its first update. */
#ifndef APP_TRAIN_STYLE_OPEN_H
#define APP_TRAIN_STYLE_OPEN_H

#include "app/train_kind.h"
#include "app/train_style_options.h"

/* A run of `train-style`. */
typedef struct TrainStyle {
    const TrainStyleOptions *options;
    StyleSettings settings;
    Network *generator, *network;
    const Crops *crops;
    StyleTraining *training;
    int from;       /* updates that an earlier run made */
    double seconds; /* and its time */
    bool preview_failed;
} TrainStyle;

/* Checks options, outputs and memory, then opens painting, network, photographs, the
 * training and the trace. */
bool train_style_open(TrainRun *run, Error *err);

#endif
