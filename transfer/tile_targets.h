/* The targets of a run in tiles: the network is evaluated tile by tile, and the results
 * are joined (content) or added (style). */
#ifndef TRANSFER_TILE_TARGETS_H
#define TRANSFER_TILE_TARGETS_H

#include "transfer/losses.h"
#include "transfer/targets.h"
#include "transfer/tile_window.h"

/* Into the arena of the setup; zeros for a sketch. Fails when a layer is unknown, when
 * its weights are missing, or when an image is too small for it. */
bool tile_targets(Targets *targets, const LossesSetup *setup, Error *err);

/* Records the parts of the summaries of layers first, first + 1, ... of a window under a
 * mask as large as the image, or without data: divided by the positions of the whole
 * image, they add up to its summary. For tile_losses.c as well. */
void tile_summaries(const TileWindow *window, Arena *arena, StyleForm form, int first,
                    int count, Tensor mask, Node **parts);

#endif
