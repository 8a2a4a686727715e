/* The targets of a run in tiles: the network is evaluated tile by tile, and
 * the results are joined (content) or added (style). For targets.c, and for
 * tile_losses.c, which summarises tiles in the same way. */
#ifndef TRANSFER_TILE_TARGETS_H
#define TRANSFER_TILE_TARGETS_H

#include "transfer/targets.h"
#include "transfer/tile_window.h"

/* Fills targets->content. */
bool tile_content_targets(Targets *targets, Arena *arena, const Recipe *recipe,
                          Network *network, const Scene *scene, bool sketch, Error *err);

/* Fills targets->style[i] for the style, which is number i. */
bool tile_style_targets(Targets *targets, Arena *arena, const Recipe *recipe,
                        Network *network, const Style *style, int i, bool sketch,
                        Error *err);

/* Records the parts of the summaries of layers first, first + 1, ... of a window under a
 * mask as large as the picture, or without data: divided by the positions of the whole
 * picture, they add up to its summary. */
void tile_summaries(const TileWindow *window, Arena *arena, StyleForm form, int first,
                    int count, Tensor mask, Node **parts);

#endif
