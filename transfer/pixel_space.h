/* Number ranges of a pixel: RGB from 0 to 1, the input of a network, or the range of a
 * published program. All are RGB in [0, 1] minus a mean, divided by a deviation, so each
 * is a Normalize, and one more Normalize converts one into another. */
#ifndef TRANSFER_PIXEL_SPACE_H
#define TRANSFER_PIXEL_SPACE_H

#include "transfer/recipe.h"

/* RGB in [0, 1] itself. */
extern const Normalize pixel_space_unit;

/* What a space is for this recipe and network. */
Normalize pixel_space_of(const Recipe *recipe, const Network *network, Space space);

/* What the network reads. */
Normalize pixel_space_input(const Recipe *recipe, const Network *network);

/* Records x, (n,3,h,w), given in one space, in another; x itself when both are the same.
 */
Node *pixel_space_convert(Node *x, Normalize from, Normalize to);

/* The same at once, without a tape: a new tensor in the arena. */
Tensor pixel_space_converted(Arena *arena, Tensor x, Normalize from, Normalize to);

#endif
