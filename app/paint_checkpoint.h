/* Checkpoints of a painting: what is saved, and how a run continues from it. */
#ifndef APP_PAINT_CHECKPOINT_H
#define APP_PAINT_CHECKPOINT_H

#include "app/painting.h"

/* To be called after each step. Writes a checkpoint when one is due, when the run is
 * stopped, and after the last step, because the run may be prolonged. */
void painting_save(Stage *stage, bool goes_on);

/* Sets first_stage to the stage in which the checkpoint was saved. */
bool painting_find_stage(Painting *run, Error *err);

/* Whether this is that stage. */
bool painting_resumed(const Stage *stage);

/* Puts this stage, which has been set up, into the state of the checkpoint. */
bool painting_restore(Stage *stage, Error *err);

#endif
