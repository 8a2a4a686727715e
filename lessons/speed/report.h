/* What `make speed-04` says, to people and to programs. */
#ifndef LESSONS_SPEED_REPORT_H
#define LESSONS_SPEED_REPORT_H

#include <stdio.h>

#include "lessons/speed/score.h"

/* The table, and the points. */
void speed_print(FILE *out, const SpeedResult *result);

/* The same as JSON: exercise, parts, right and total as `make check` writes them, and
 * what was measured under "speed". False, and a line on stderr, when it cannot. */
bool speed_save(const char *path, const SpeedResult *result);

#endif
