/* The first image of a run, as a recipe describes it. */
#ifndef TRANSFER_START_H
#define TRANSFER_START_H

#include "tensor/tensor.h"
#include "transfer/recipe.h"
#include "transfer/scene.h"

/* The noise of a recipe for a photograph (1,3,h,w), RGB in [0, 1]: its numbers are drawn
 * in the recipe's space, mixed with the photograph there,
 *     share noise + (1 - share) photograph,
 * and given back as RGB, which may lie far outside of [0, 1]. */
Tensor start_noise(Arena *arena, const Recipe *recipe, const Network *network,
                   Tensor content);

/* The first image, RGB, as large as the content:
 *     (1 - blend) A + blend B
 * where A is what recipe->start says and B what `with` does: the content, noise, the
 * first style stretched to the content's size. `given` is the image of
 * START_STYLIZED or START_FILE and may be empty otherwise. */
Tensor start_image(Arena *arena, const Recipe *recipe, const Network *network,
                   const Scene *scene, Tensor given, Start with, double blend);

#endif
