/* The memory of a stage, from the plans of its tapes: see forecast.h. */
#ifndef APP_FORECAST_MEMORY_H
#define APP_FORECAST_MEMORY_H

#include "transfer/recipe.h"
#include "transfer/scene.h"

/* All in bytes. */
typedef struct StageMemory {
    size_t targets;   /* of the largest tape that computes targets and is freed again */
    size_t tapes;     /* of the tapes that paint */
    size_t kept;      /* targets and masks, which stay */
    size_t optimizer; /* its vectors */
    size_t images;    /* copies of the image: the first, the last good one, the result */
} StageMemory;

/* For the images of a stage, of which the shapes suffice. */
bool forecast_memory(Network *network, const Recipe *stage, const Scene *scene,
                     StageMemory *out, Error *err);

/* The most that lives at one time. */
size_t stage_memory_sum(const StageMemory *memory);

#endif
