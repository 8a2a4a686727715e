/* What a training needs before its first step. */
#ifndef APP_TRAIN_OPEN_H
#define APP_TRAIN_OPEN_H

#include "app/train_state.h"

/* Which layer of VGG-19 teaches each layer of paintnet, in the settings of these options.
 */
DistillSettings train_distillation(const TrainOptions *options);

/* Checks outputs and memory, then opens teachers, photographs, student and trace. */
bool train_open(TrainRun *run, Error *err);

#endif
