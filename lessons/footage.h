/* Two frames of a film for lesson 19: those of the reader, or our scene with a camera that
 * moves, for which the true flow is known. */
#ifndef LESSONS_FOOTAGE_H
#define LESSONS_FOOTAGE_H

#include "lessons/lesson.h"

/* Between the frames of our scene. */
#define FOOTAGE_SECONDS 1.2

typedef struct Footage {
    Tensor before, now; /* (1,3,h,w) */
    Tensor truth;       /* (1,2,h,w): the flow from `now` to `before`, in pixels; beyond
                           FLOW_UNKNOWN where nobody knows it; no data: it is not known */
} Footage;

/* The reader's images 0 and 1, or our scene at two times, as wide as the lesson's images.
 * That takes some seconds of one processor. */
Footage footage_of(Lesson *l);

/* The mean distance from the true flow, over the known pixels where `where` (1,1,h,w) is
 * at least 1/2, or below when `below` is set; without data: over all known ones. */
double footage_error(Tensor flow, Tensor truth, Tensor where, bool below);

/* A row of a table: how far a flow is from the truth, in pixels, where it is known; and the
 * root of the mean square of now - before, warped, 0 to 255. */
void footage_print(Lesson *l, const Footage *film, const char *name, Tensor flow);

#endif
