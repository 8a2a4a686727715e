/* What a training of any style needs before its first update. */
#ifndef APP_TRAIN_ANY_OPEN_H
#define APP_TRAIN_ANY_OPEN_H

#include "app/train_any_options.h"
#include "train/any_training.h"

/* A run of `train-any-style`. */
typedef struct TrainAny {
    TrainSquares squares; /* the first part: see train_squares.h */
    Decoder *decoder;
    const Crops *photos, *styles;
    AnyTraining *training;
} TrainAny;

/* Checks options, outputs and memory, then opens network, photographs, paintings, the
 * training and the trace. */
bool train_any_open(TrainRun *run, Error *err);

#endif
