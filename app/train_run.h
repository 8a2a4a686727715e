/* A whole run of `train-features`, new or continued. */
#ifndef APP_TRAIN_RUN_H
#define APP_TRAIN_RUN_H

#include "app/train_options.h"

/* Trains, saves and reports; returns the exit status. */
int train_run(const TrainOptions *options);

#endif
