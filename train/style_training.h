/* A painting becomes a network: the training of a generator, step by step.
 *
 *     StyleTraining *t = style_training_new(arena, generator, network, target, crops,
 *                                           settings, &err);
 *     while (style_training_steps(t) < settings.steps)
 *         if (!style_training_step(t, &err)) ...
 *     network_weights(generator, arena);
 *     style_training_free(t);
 *
 * An update is one step of Adam on a batch of squares of the photographs. Squares are small
 * at first and larger later: see style_training_side. The rate rises
 * quickly and falls along a cosine (optim/schedule.h). */
#ifndef TRAIN_STYLE_TRAINING_H
#define TRAIN_STYLE_TRAINING_H

#include "tensor/state.h"
#include "train/crops.h"
#include "train/style_loss.h"

typedef struct StyleSettings {
    int steps;       /* updates */
    int batch;       /* squares at a time */
    int first, last; /* their sides at the start and at the end, pixels */
    double rate;     /* the highest of Adam */
    uint64_t seed;   /* of the first weights and of all draws */
    StyleWeights weights;
} StyleSettings;

/* Means over some updates. */
typedef struct StyleTerms {
    double total, content, style, tv, stability;
} StyleTerms;

typedef struct StyleTraining StyleTraining;

/* The side of the squares of this update, from 0: `first` for STYLE_FIRST of all updates,
 * the mean of both for the next ones, and `last` for STYLE_LAST of them at the end; all of
 * them are multiples of 4. What is learned on small squares costs a quarter, but only
 * large ones show large forms, and have the statistics of whole pictures. */
#define STYLE_FIRST 0.65
#define STYLE_LAST 0.15
int style_training_side(const StyleSettings *settings, int step);

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

/* Whether they were finite until now, and updates so far. */
bool style_training_is_finite(const StyleTraining *t);
int style_training_steps(const StyleTraining *t);

/* The means over the updates since this was last called; there must be one. */
StyleTerms style_training_terms(StyleTraining *t);

/* Updates until the rate of Adam is the highest. */
int style_training_warm_up(const StyleSettings *settings);

/* Pixels that the updates from `from` to before `to` look at: what their time grows with. */
double style_training_work(const StyleSettings *settings, int from, int to);

/* Seconds that the updates after `done` will take, at the speed of those from `from` on,
 * which took `seconds`. */
double style_training_left(const StyleSettings *settings, int from, int done,
                           double seconds);

/* The generator's picture of a photograph (1,3,h,w) as it is now, in the arena. */
Tensor style_training_paint(StyleTraining *t, Arena *arena, Tensor photo, Error *err);

/* Adds all that is remembered between two updates to the list; and whether pieces that
 * were copied from a file can be those of this training. A training of the same settings,
 * painting and photographs, given the same pieces, continues with the same bits. */
void style_training_state(StyleTraining *t, StateList *list);
bool style_training_state_check(const StyleTraining *t, Error *err);

#endif
