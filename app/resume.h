/* --resume FILE: a run that goes on from its checkpoint, of any command that has one.
 * Settings and inputs are those of the checkpoint, outputs too unless the command line
 * names others. */
#ifndef APP_RESUME_H
#define APP_RESUME_H

#include "app/checkpoints.h"
#include "app/run_read.h"

/* Whether the command line asks for it. */
bool resume_wanted(const CommandLine *line);

/* Whether it says only what may be said anew: these names, which end with NULL, and no
 * operand. */
bool resume_check_line(const CommandLine *line, const char *const *allowed, Error *err);

/* Whether it names the outputs that the checkpoint may not place. */
bool resume_check_outputs(const CommandLine *line, const RunReading *reading, Error *err);

/* Reads the checkpoint of --resume and lets `go` continue the run, which closes the
 * reading and gets the context. Returns the exit status. */
typedef int ResumeRun(const CommandLine *line, RunReading reading,
                      const CheckpointFile *file, const void *context);
int resume_from(const CommandLine *line, const CheckpointOptions *asked, ResumeRun *go,
                const void *context);

#endif
