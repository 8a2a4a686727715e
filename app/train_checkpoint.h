/* Checkpoints of a training: what is saved, and how a run continues from it. */
#ifndef APP_TRAIN_CHECKPOINT_H
#define APP_TRAIN_CHECKPOINT_H

#include "app/train_kind.h"

/* Fills in what checkpoints say of the run; without --checkpoint nothing. */
bool train_describe(TrainRun *run, Error *err);

/* To be called after each step, and after its report if one is due. Writes a checkpoint
 * when one is due, when the run is stopped, and after the last step. */
void train_save(TrainRun *run, bool stopped);

/* Puts the run, which has been opened, into the state of the checkpoint. */
bool train_restore(TrainRun *run, Error *err);

#endif
