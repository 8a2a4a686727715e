/* train-features --resume: a training that goes on from its checkpoint. */
#ifndef APP_TRAIN_RESUME_H
#define APP_TRAIN_RESUME_H

#include "app/options.h"

/* Continues the training of the checkpoint; returns the exit status. */
int train_resumed(const CommandLine *line);

#endif
