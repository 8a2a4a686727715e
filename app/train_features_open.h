/* What a training of features needs before its first step. */
#ifndef APP_TRAIN_FEATURES_OPEN_H
#define APP_TRAIN_FEATURES_OPEN_H

#include "app/train_features_options.h"
#include "app/train_kind.h"
#include "train/training.h"

/* A run of `train-features`. */
typedef struct TrainFeatures {
    const TrainOptions *options;
    Network *student;
    Distill *distill;
    Training *training;
} TrainFeatures;

/* Which layer of VGG-19 teaches each layer of paintnet, in the settings of these options.
 */
DistillSettings train_distillation(const TrainOptions *options);

/* Checks outputs and memory, then opens teachers, photographs, student and trace. */
bool train_features_open(TrainRun *run, Error *err);

#endif
