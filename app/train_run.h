/* A whole run of a command that trains, new or continued. */
#ifndef APP_TRAIN_RUN_H
#define APP_TRAIN_RUN_H

#include "app/train_kind.h"

/* Trains, saves and reports; returns the exit status. `options` are those of the kind. */
int train_run(const TrainKind *kind, const void *options);

#endif
