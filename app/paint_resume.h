/* paint --resume: a run that goes on from its checkpoint. */
#ifndef APP_PAINT_RESUME_H
#define APP_PAINT_RESUME_H

#include "app/options.h"

/* Continues the run of the checkpoint; returns the exit status. */
int paint_resumed(const CommandLine *line);

#endif
