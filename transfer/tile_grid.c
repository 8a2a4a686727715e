#include "transfer/tile_grid.h"

#include "tensor/check.h"

static int least(int a, int b) {
    return a < b ? a : b;
}

static int round_up(int x, int step) {
    return (x + step - 1) / step * step;
}

/* Equal tiles of at most `most` pixels and of whole steps. The window is the smallest
 * that holds tile and halo and leaves, divided by the step, the same rest as the image.
 */
static TileCut cut(int side, int most, int step, int before, int after) {
    int tiles = (side + round_up(most, step) - 1) / round_up(most, step);
    int tile = round_up((side + tiles - 1) / tiles, step);
    int window = before + tile + after;
    window += (side % step - window % step + step) % step;
    return (TileCut){.side = side,
                     .tile = tile,
                     .count = (side + tile - 1) / tile,
                     .before = before,
                     .after = after,
                     .window = least(window, side)};
}

/* Position i of a layer sees the pixels from first + i step on, `field` of them. A tile
 * from pixel a to pixel b owns the positions from a / step to b / step, and these see
 * from a + first to b - step + first + field. */
TileGrid tile_grid_of(const Network *network, const int *layers, int count, Shape image,
                      int side) {
    int step = 1, before = 0, after = 0;
    for (int i = 0; i < count; i++) {
        const Layer *layer = network_layer(network, layers[i]);
        if (layer->step > step) step = layer->step;
        if (-layer->first > before) before = -layer->first;
        int beyond = layer->first + layer->field - layer->step;
        if (beyond > after) after = beyond;
    }
    for (int i = 0; i < count; i++)
        CHECK(step % network_layer(network, layers[i])->step == 0,
              "tiles: %s has layers whose steps do not divide each other",
              network_name(network));
    before = round_up(before, step);
    TileGrid t = {.down = cut(image.h, side, step, before, after),
                  .across = cut(image.w, side, step, before, after)};
    t.count = t.down.count * t.across.count;
    return t;
}

/* Where the window of the i-th tile along a side begins. */
static int window_start(const TileCut *c, int i) {
    int start = i * c->tile - c->before;
    return start < 0 ? 0 : least(start, c->side - c->window);
}

Box tile_grid_window(const TileGrid *t, int tile) {
    CHECK(tile >= 0 && tile < t->count, "tile %d of %d", tile, t->count);
    return (Box){window_start(&t->down, tile / t->across.count),
                 window_start(&t->across, tile % t->across.count), t->down.window,
                 t->across.window};
}

/* Where along a layer's side the positions of the i-th tile begin, or, for i = count,
 * where the last one's end. */
static int owned_start(const TileCut *c, int i, int step, int layer_side) {
    return least(i * c->tile / step, layer_side);
}

Box tile_grid_owned(const TileGrid *t, int tile, const Layer *layer, Shape whole) {
    const TileCut *down = &t->down, *across = &t->across;
    int i = tile / across->count, j = tile % across->count, step = layer->step;
    CHECK(whole.h <= down->count * down->tile / step &&
              whole.w <= across->count * across->tile / step,
          "tiles: layer %s is larger than the image", layer->name);
    Box box = {owned_start(down, i, step, whole.h), owned_start(across, j, step, whole.w),
               owned_start(down, i + 1, step, whole.h),
               owned_start(across, j + 1, step, whole.w)};
    box.h -= box.top;
    box.w -= box.left;
    return box;
}

Box tile_grid_largest(const TileGrid *t, const Layer *layer, Shape whole) {
    return (Box){.h = least(t->down.tile / layer->step, whole.h),
                 .w = least(t->across.tile / layer->step, whole.w)};
}
