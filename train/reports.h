/* When a training reports: after each `every` steps, and after the last. */
#ifndef TRAIN_REPORTS_H
#define TRAIN_REPORTS_H

#include <stdbool.h>

/* Whether a report is due after `done` of all steps. */
static inline bool reports_now(int done, int steps, int every) {
    return done > 0 && (done % every == 0 || done == steps);
}

/* How many were due until then. */
static inline int reports_until(int done, int steps, int every) {
    return done / every + (done == steps && done % every != 0);
}

#endif
