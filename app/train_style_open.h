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

/* The layers at which content and style are compared, copied into the arena: those of the
 * options, or else the usual ones. Fails when the network lacks one, when a weight is not
 * above 0 and when there are too many. */
bool train_style_layers(Arena *arena, const TrainStyleOptions *options,
                        const Network *network, StyleLayers *content, StyleLayers *style,
                        Error *err);

/* Checks options, outputs and memory, then opens painting, network, photographs, the
 * training and the trace. */
bool train_style_open(TrainRun *run, Error *err);

#endif
