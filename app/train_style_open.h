/* What a training of a style needs before its first update. */
#ifndef APP_TRAIN_STYLE_OPEN_H
#define APP_TRAIN_STYLE_OPEN_H

#include "app/train_style_options.h"
#include "train/style_training.h"

/* A run of `train-style`. */
typedef struct TrainStyle {
    TrainSquares squares; /* the first part: see train_squares.h */
    Network *generator, *network;
    const Crops *crops;
    StyleTraining *training;
} TrainStyle;

/* Checks options, outputs and memory, then opens painting, network, photographs, the
 * training and the trace. */
bool train_style_open(TrainRun *run, Error *err);

#endif
