/* The content and style losses of an image that is too large to be computed at once,
 * and their exact gradient, tile by tile, in memory for one tile.
 *
 * It works because every loss here is a function of sums over positions, and sums can be
 * added up in pieces:
 *
 *     forward    for each tile:  its features, its part of each Gram matrix and of each
 *                                content loss; add them up
 *                once:           the style losses of the whole Gram matrices G
 *     backward   once:           S = d total / d G for each layer
 *                for each tile:  its features again, then backward from
 *                                    sum S G_tile + content of the tile,
 *                                whose gradient is the tile's part of the whole one; add
 *                                it to the pixels of the window
 *
 * So a step computes features twice, and those of the halos several times. To relu5_1
 * of a VGG a tile of 256 pixels has a window of 406, which is 2.5 times its area: a step
 * takes about four times as long as that of the whole image; with tiles of 512, three
 * times. What remains as large as the image are the pixels with what belongs to them,
 * and the features of the content layers: relu4_2 keeps 32 bytes per pixel (in float),
 * less than the pairs that L-BFGS keeps; computing them again would take a third forward
 * pass. */
#ifndef TRANSFER_TILE_LOSSES_H
#define TRANSFER_TILE_LOSSES_H

#include "transfer/losses.h"

/* The same as whole_losses_new, in tiles of at most recipe->run.tile pixels a side. */
Losses *tile_losses_new(const LossesSetup *setup, Tensor image, Error *err);

#endif
