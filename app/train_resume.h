/* --resume of the commands that train. */
#ifndef APP_TRAIN_RESUME_H
#define APP_TRAIN_RESUME_H

#include "app/train_kind.h"

/* A run that goes on from its checkpoint; returns the exit status. */
int train_resumed(const TrainKind *kind, const CommandLine *line);

#endif
