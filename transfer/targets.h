/* The targets of the losses, computed once: the features of the photograph at the
 * content layers, and for each style and each style layer a summary of its features.
 *
 *     Targets targets;
 *     if (!targets_compute(&targets, arena, &recipe, network, &scene, false, &err)) ...
 *
 * With recipe->tile the pictures go through the network in tiles. */
#ifndef TRANSFER_TARGETS_H
#define TRANSFER_TARGETS_H

#include "transfer/recipe.h"
#include "transfer/scene.h"

typedef struct Targets {
    Tensor content[LAYERS_MOST];            /* (1,c,h,w) */
    Tensor style[STYLES_MOST][LAYERS_MOST]; /* divided by the positions, see style.h */
    size_t bytes; /* of the largest tape that was needed, and is freed again */
} Targets;

/* Into the arena. With `sketch` nothing is computed, and all targets are 0: only shapes
 * and bytes are those of the real ones. Fails when a layer is unknown, when its weights
 * are missing, or when a picture is too small for it. */
bool targets_compute(Targets *targets, Arena *arena, const Recipe *recipe,
                     Network *network, const Scene *scene, bool sketch, Error *err);

#endif
