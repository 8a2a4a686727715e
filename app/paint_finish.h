/* The end of a painting: what is saved, and what is said of it. */
#ifndef APP_PAINT_FINISH_H
#define APP_PAINT_FINISH_H

#include "app/painting.h"

/* Saves what there is, whatever ended the run, and says how it went. Something that fails
 * does not keep the rest from being saved. Returns the exit status. */
int painting_finish(const Painting *run, PaintedStage *painted);

/* The same when the first stage could not be set up, and there is nothing to keep: a
 * table that an earlier process wrote stays. */
int painting_fail(const Painting *run, const Error *err);

#endif
