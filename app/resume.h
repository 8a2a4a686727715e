/* paint --resume: a run that goes on from its checkpoint. */
#ifndef APP_RESUME_H
#define APP_RESUME_H

#include "app/options.h"

/* Whether the command line asks for it. */
bool resume_wanted(const CommandLine *line);

/* Continues the run of the checkpoint: settings and inputs are those of the checkpoint,
 * outputs too unless the command line names others. Returns the exit status. */
int resume(const CommandLine *line);

#endif
