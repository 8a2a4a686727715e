/* A network that is evaluated on one tile of an image after the other. The tape is
 * recorded once, for the window of a tile; moving the window writes other pixels and
 * other boxes into its leaves.
 *
 *     TileWindow window;
 *     tile_window_init(&window, tape_new_planned(), arena, recipe, network, shape, names, 2,
 *                 SPACE_UNIT, false, &err);
 *     Node *gram = ag_gram(window.layer[0].owned, (Gram){positions});
 *     tape_plan(window.tape, NULL, 1, &gram);
 *     for (int tile = 0; tile < window.grid.count; tile++) {
 *         tile_window_move(&window, image, tile);
 *         tape_forward(window.tape);               now gram is that of this tile's part
 *     }
 *     tile_window_free(&window); */
#ifndef TRANSFER_TILE_WINDOW_H
#define TRANSFER_TILE_WINDOW_H

#include "autograd/tape.h"
#include "transfer/recipe.h"
#include "transfer/tile_grid.h"

/* One layer, as large as what the largest tile owns of it. */
typedef struct TileWindowLayer {
    const Layer *layer;
    Shape whole;   /* of its features of the whole image */
    Node *owned;   /* (1,c,h,w): the features that the tile owns; zeros fill up */
    Tensor inside; /* the owned box in the window's features: (1,1,1,4), see crop.c */
    Tensor within; /* the same in those of the whole image */
} TileWindowLayer;

typedef struct TileWindow {
    TileGrid grid;
    Box box; /* where in the image it is */
    Tape *tape;
    Tensor pixels; /* (1,3,h,w) of the window */
    Node *leaf;    /* which reads them */
    int count;
    TileWindowLayer layer[2 * LAYERS_MOST];
} TileWindow;

/* Records the network up to the named layers for an image of this shape, in the recipe's
 * tiles, on a new tape of tape_new_planned or tape_new_sketch, which becomes the
 * window's. The pixels are in the recipe's `space`; with `variable` they get a gradient.
 * The tape is planned by the caller. On failure there is nothing to free. */
bool tile_window_init(TileWindow *window, Tape *tape, Arena *arena, const Recipe *recipe,
                      Network *network, Shape image, const char *const *names, int count,
                      Space space, bool variable, Error *err);
void tile_window_free(TileWindow *window);

/* Moves the window to a tile of the image. */
void tile_window_move(TileWindow *window, Tensor image, int tile);

/* Sums the values of nodes of the tape over all tiles of the image, in double:
 * sums[i] has as many numbers as nodes[i]. Zeros for a sketch. */
void tile_window_sum(TileWindow *window, Tensor image, int count, Node *const *nodes,
                     double *const *sums);

/* gradient += that of the window's pixels, at their places in the image. */
void tile_window_give_back(const TileWindow *window, Tensor gradient);

/* Copies what this tile owns of layer i to its place in `features`, of shape `whole`. */
void tile_window_paste(const TileWindow *window, int i, Tensor features);

#endif
