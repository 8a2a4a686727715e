/* How an image is divided into tiles, in integers only. A tile owns some positions of
 * every layer; together the tiles own each position once. To compute what it owns, a
 * network has to see a halo of real pixels around it: the window. Along one side, with
 * the image's border at |:
 *
 *     |      tile 0       |      tile 1       |      tile 2      tile 3  ...
 *     |<----- window 0 ---------->|
 *                 |<----------- window 1 -------------->|
 *                  before         owned         after
 *
 * Near the ends of a window the network pads although the image continues, so features
 * there are wrong. The halo is so wide that no owned position depends on them. At the
 * border of the image the window ends as well, and the padding is right.
 *
 * All windows have the same size, so one tape is enough; at the borders they are shifted
 * inwards. They begin at multiples of the deepest layer's step, so that every
 * stride falls on the same pixels as in the whole image; the last one ends at the
 * border, whatever the image's size, because the window's size leaves the same rest. */
#ifndef TRANSFER_TILE_GRID_H
#define TRANSFER_TILE_GRID_H

#include "nn/network.h"

/* One side of the image. All in pixels but the count. */
typedef struct TileCut {
    int side;          /* of the image */
    int tile;          /* what a tile owns; the last one may own less */
    int count;         /* of tiles */
    int before, after; /* the halo; before is a multiple of the step */
    int window;
} TileCut;

typedef struct TileGrid {
    TileCut down, across;
    int count; /* of tiles; they go row by row */
} TileGrid;

/* Part of an image or of a layer, in its own positions. */
typedef struct Box {
    int top, left, h, w;
} Box;

/* Cuts an image into tiles of at most side x side pixels, as equal as they come, that
 * own whole steps of every one of the `count` layers. */
TileGrid tile_grid_of(const Network *network, const int *layers, int count, Shape image,
                      int side);

/* The pixels that are computed for a tile. */
Box tile_grid_window(const TileGrid *grid, int tile);

/* The positions a tile owns in a layer whose output for the whole image has this shape.
 * May be empty, in the last tiles of networks that do not pad. */
Box tile_grid_owned(const TileGrid *grid, int tile, const Layer *layer, Shape whole);

/* The largest h and w of those boxes. */
Box tile_grid_largest(const TileGrid *grid, const Layer *layer, Shape whole);

#endif
