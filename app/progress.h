/* One line that says how far a run is: step, every loss term, seconds per step, time
 * left. On a terminal it is rewritten in place; elsewhere about twenty plain lines
 * appear. */
#ifndef APP_PROGRESS_H
#define APP_PROGRESS_H

#include "transfer/paint.h"

void progress_print(const Recipe *recipe, const PaintStep *step);

/* One line that says which stage begins, after how many steps, and its size. Losses of two
 * sizes cannot be compared. */
void progress_stage(const Recipe *recipe, int stage, Shape size, int done);

/* Ends the rewritten line, so that other text can follow. */
void progress_end(void);

#endif
