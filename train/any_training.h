/* The training of a decoder that paints in any style, step by step.
 *
 *     AnyTraining *t = any_training_new(arena, decoder, network, photos, styles,
 *                                       settings, &err);
 *     while (any_training_updates(t)->done < settings.steps)
 *         if (!any_training_step(t, &err)) ...
 *     decoder_weights(decoder, arena);
 *     any_training_free(t);
 *
 * An update is one step of Adam on a batch of squares of photographs, each to be painted
 * in the manner of another square, of a painting. Three of five times that is all; else
 * the manner is mixed, with that of the next painting or that of the photograph, so that
 * mixtures are learned, too. Red, green and blue of paintings are exchanged at random
 * and made stronger or weaker, because there are never enough paintings. */
#ifndef TRAIN_ANY_TRAINING_H
#define TRAIN_ANY_TRAINING_H

#include "train/any_loss.h"
#include "train/crops.h"
#include "train/updates.h"

typedef struct AnyTraining AnyTraining;

/* The decoder gets random weights, and keeps its light. The network must not be used by others any more.
 * weights.stability of the settings is not used. NULL when squares are too small. */
AnyTraining *any_training_new(Arena *arena, Decoder *decoder, Network *network,
                              const Crops *photos, const Crops *styles,
                              StyleSettings settings, Error *err);
void any_training_free(AnyTraining *t);

/* The side of the squares of this update, as updates_side, but a multiple of
 * DECODER_STEP. */
int any_training_side(const StyleSettings *settings, int step);

/* Bytes that the largest step takes, about; the decoder is one that is to be trained. */
bool any_training_forecast(Decoder *decoder, Network *network, StyleSettings settings,
                           size_t *bytes, Error *err);

/* One update. Fails when loss or gradient are not finite; the weights then stay. */
bool any_training_step(AnyTraining *t, Error *err);

/* What it has done, for reports and checkpoints: see updates.h. */
Updates *any_training_updates(AnyTraining *t);

/* The pictures of the last update, (n,3,side,side), and what they were made of: n
 * photographs and n paintings, (2 n,3,side,side). */
Tensor any_training_pictures(const AnyTraining *t);
Tensor any_training_images(const AnyTraining *t);

#endif
