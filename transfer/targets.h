/* The targets of the losses, computed once: the features of the photograph at the content
 * layers, and for each style and each style layer a summary of its features. Computed at
 * once (whole_targets.h) or tile by tile (tile_targets.h). */
#ifndef TRANSFER_TARGETS_H
#define TRANSFER_TARGETS_H

#include "transfer/losses.h"

typedef struct Targets {
    Tensor content[LAYERS_MOST];            /* (1,c,h,w) */
    Tensor style[STYLES_MOST][LAYERS_MOST]; /* divided by the positions, see style.h */
    size_t bytes; /* of the largest tape that was needed, and is freed again */
} Targets;

/* Those of one style, kept from the first run for the ones that follow with the same image,
 * the same network and the same layers. */
struct StyleTargets {
    Arena *arena; /* outlives these runs */
    bool known;
    Tensor layer[LAYERS_MOST];
};

/* Computes the targets of style `number` into the arena of the setup. */
typedef bool TargetsOfStyle(Targets *targets, const LossesSetup *setup, int number,
                            Error *err);

/* Those of all styles of the scene: computed, or as they are kept. */
bool targets_of_styles(Targets *targets, const LossesSetup *setup,
                       TargetsOfStyle *compute, Error *err);

#endif
