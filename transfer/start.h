/* The first picture of a run, as a recipe describes it. */
#ifndef TRANSFER_START_H
#define TRANSFER_START_H

#include "tensor/tensor.h"
#include "transfer/recipe.h"

/* The noise of a recipe for a photograph (1,3,h,w), RGB in [0, 1]: its numbers are drawn
 * in the recipe's space, mixed with the photograph there,
 *     share noise + (1 - share) photograph,
 * and given back as RGB, which may lie far outside of [0, 1]. */
Tensor start_noise(Arena *arena, const Recipe *recipe, const Network *network,
                   Tensor content);

#endif
