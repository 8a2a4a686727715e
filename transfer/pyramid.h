/* From coarse to fine: a run in several sizes, each half of the next, each started from
 * the enlarged result of the one before.
 *
 * A network sees strokes of up to its receptive field, some hundred pixels. In a large
 * image these are fine strokes; in a small one the same strokes are broad. So the
 * small sizes determine the large shapes, and the large sizes add fine detail. A large
 * image looks like its small preview, and most steps are cheap.
 *
 *     Recipe recipe ...                             100 steps at 512 pixels
 *     pyramid_stages(&recipe, 3, &err);             50 at 128, 25 at 256, 25 at 512 */
#ifndef TRANSFER_PYRAMID_H
#define TRANSFER_PYRAMID_H

#include "tensor/error.h"
#include "transfer/recipe.h"

#define PYRAMID_LEAST 32  /* pixels: the smallest size of a level */
#define PYRAMID_USUAL 128 /* pixels: in smaller images strokes cover the content */

/* Splits the run into `levels` stages: each level takes half of the steps that are left,
 * the last one all. Size and steps of the recipe become those of the first stage; a
 * recipe that had stages keeps its last size and the sum of its steps. One level is a run
 * without stages. Fails, and says how many levels there may be, when the smallest would
 * have less than PYRAMID_LEAST pixels or no step. */
bool pyramid_stages(Recipe *recipe, int levels, Error *err);

/* The same with as many of the `levels` as there is room for, none of them below
 * PYRAMID_USUAL: what a recipe's own `pyramid` means. */
void pyramid_fit(Recipe *recipe, int levels);

#endif
