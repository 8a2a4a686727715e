/* The targets of the losses, computed once: the features of the photograph at the content
 * layers, and for each style and each style layer a summary of its features. Computed at
 * once (whole_targets.h) or tile by tile (tile_targets.h). */
#ifndef TRANSFER_TARGETS_H
#define TRANSFER_TARGETS_H

#include "transfer/recipe.h"
#include "transfer/scene.h"

typedef struct Targets {
    Tensor content[LAYERS_MOST];            /* (1,c,h,w) */
    Tensor style[STYLES_MOST][LAYERS_MOST]; /* divided by the positions, see style.h */
    size_t bytes; /* of the largest tape that was needed, and is freed again */
} Targets;

#endif
