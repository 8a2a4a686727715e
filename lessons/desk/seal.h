/* Before the student's code is loaded, the process gives up what that code must not do. */
#ifndef LESSONS_DESK_SEAL_H
#define LESSONS_DESK_SEAL_H

#include <stdbool.h>

/* Limits memory, processor time, files and what is written to them. */
void seal_limits(int seconds);

/* From here on only the calls of the system that computing takes: no file is opened for
 * writing, no process started, no signal sent to another, nothing sent to a network.
 * False where the system cannot promise that. */
bool seal_calls(void);

#endif
