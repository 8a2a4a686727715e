/* A painting becomes a network: the training of a generator, step by step.
 *
 *     StyleTraining *t = style_training_new(arena, generator, network, target, crops,
 *                                           settings, &err);
 *     while (style_training_updates(t)->done < settings.steps)
 *         if (!style_training_step(t, &err)) ...
 *     network_weights(generator, arena);
 *     style_training_free(t);
 *
 * An update is one step of Adam on a batch of squares of the photographs: see updates.h. */
#ifndef TRAIN_STYLE_TRAINING_H
#define TRAIN_STYLE_TRAINING_H

#include "train/crops.h"
#include "train/updates.h"

typedef struct StyleTraining StyleTraining;

/* The generator gets random weights, and the network must not be used by others any more:
 * both are recorded with what is said here. NULL when the squares are too small. */
StyleTraining *style_training_new(Arena *arena, Network *generator, Network *network,
                                  const StyleTarget *target, const Crops *crops,
                                  StyleSettings settings, Error *err);
void style_training_free(StyleTraining *t);

/* Bytes that the largest step takes, about. The generator is of no use afterwards. */
bool style_training_forecast(Network *generator, Network *network,
                             const StyleTarget *target, StyleSettings settings,
                             size_t *bytes, Error *err);

/* One update. Fails when loss or gradient are not finite; the weights then stay. */
bool style_training_step(StyleTraining *t, Error *err);

/* What it has done, for reports and checkpoints: see updates.h. */
Updates *style_training_updates(StyleTraining *t);

/* The generator's picture of a photograph (1,3,h,w) as it is now, in the arena. */
Tensor style_training_paint(StyleTraining *t, Arena *arena, Tensor photo, Error *err);

#endif
