#include "transfer/tile_window.h"

#include <string.h>

#include "autograd/ops.h"
#include "autograd/tape_plan.h"
#include "tensor/check.h"
#include "transfer/pixel_space.h"

static bool find_layers(TileWindow *window, const Network *network, Shape image,
                        const char *const *names, int count, int *index, Error *err) {
    window->count = count;
    for (int i = 0; i < count; i++) {
        if (!network_layer_find(network, names[i], &index[i], err) ||
            !network_shape(network, names[i], image, &window->layer[i].whole, err))
            return false;
        window->layer[i].layer = network_layer(network, index[i]);
    }
    return true;
}

/* From the features of the window to those that the tile owns. */
static void record_owned(TileWindow *window, Arena *arena, int i, Node *features) {
    static const Shape four = {1, 1, 1, 4};
    TileWindowLayer *l = &window->layer[i];
    Box most = tile_grid_largest(&window->grid, l->layer, l->whole);
    l->inside = tensor_alloc(arena, four);
    l->within = tensor_alloc(arena, four);
    Node *box = tape_constant(window->tape, l->inside);
    l->owned = ag_crop(features, box, (Crop){most.h, most.w});
    node_label(l->owned, "%s of the tile", l->layer->name);
}

bool tile_window_init(TileWindow *window, Tape *tape, Arena *arena, const Recipe *recipe,
                      Network *network, Shape image, const char *const *names, int count,
                      Space space, bool variable, Error *err) {
    int index[2 * LAYERS_MOST];
    Node *features[2 * LAYERS_MOST];
    *window = (TileWindow){.tape = tape};
    if (!find_layers(window, network, image, names, count, index, err)) {
        tile_window_free(window);
        return false;
    }
    window->grid = tile_grid_of(network, index, count, image, recipe->run.tile);
    Box box = tile_grid_window(&window->grid, 0);
    window->pixels = tensor_alloc(arena, (Shape){1, 3, box.h, box.w});
    window->leaf =
        (variable ? tape_variable : tape_constant)(window->tape, window->pixels);
    node_label(window->leaf, "window");
    Node *input =
        pixel_space_convert(window->leaf, pixel_space_of(recipe, network, space),
                            pixel_space_input(recipe, network));
    if (!network_record(network, window->tape, input, names, count, features, err)) {
        tile_window_free(window);
        return false;
    }
    for (int i = 0; i < count; i++)
        record_owned(window, arena, i, features[i]);
    return true;
}

void tile_window_free(TileWindow *window) {
    tape_free(window->tape);
    window->tape = NULL;
}

static void box_write(Tensor leaf, Box box) {
    const int four[4] = {box.top, box.left, box.h, box.w};
    for (int i = 0; i < 4; i++)
        leaf.data[i] = (real)four[i];
}

/* The address of row i of channel c of what the window shows of an image. */
static real *row_of(const TileWindow *window, Tensor image, int c, int i) {
    return tensor_at(image, 0, c, window->box.top + i, window->box.left);
}

void tile_window_move(TileWindow *window, Tensor image, int tile) {
    Box box = window->box = tile_grid_window(&window->grid, tile);
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < box.h; i++)
            memcpy(tensor_at(window->pixels, 0, c, i, 0), row_of(window, image, c, i),
                   (size_t)box.w * sizeof(real));
    for (int i = 0; i < window->count; i++) {
        TileWindowLayer *l = &window->layer[i];
        Box owned = tile_grid_owned(&window->grid, tile, l->layer, l->whole);
        box_write(l->within, owned);
        if (owned.h == 0 || owned.w == 0) owned = (Box){0};
        owned.top -= owned.h ? box.top / l->layer->step : 0;
        owned.left -= owned.w ? box.left / l->layer->step : 0;
        box_write(l->inside, owned);
    }
}

void tile_window_sum(TileWindow *window, Tensor image, int count, Node *const *nodes,
                     double *const *sums) {
    for (int i = 0; i < count; i++)
        memset(sums[i], 0, shape_size(nodes[i]->shape) * sizeof *sums[i]);
    if (tape_is_sketch(window->tape)) return;
    for (int tile = 0; tile < window->grid.count; tile++) {
        tile_window_move(window, image, tile);
        tape_forward(window->tape);
        for (int i = 0; i < count; i++)
            for (size_t k = 0; k < shape_size(nodes[i]->shape); k++)
                sums[i][k] += (double)nodes[i]->value[k];
    }
}

void tile_window_give_back(const TileWindow *window, Tensor gradient) {
    const Tensor own = {window->leaf->shape, window->leaf->grad};
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < window->box.h; i++) {
            const real *from = tensor_at(own, 0, c, i, 0);
            real *to = row_of(window, gradient, c, i);
            for (int j = 0; j < window->box.w; j++)
                to[j] += from[j];
        }
}

void tile_window_paste(const TileWindow *window, int i, Tensor features) {
    const TileWindowLayer *l = &window->layer[i];
    const real *box = l->within.data;
    const int top = (int)box[0], left = (int)box[1], h = (int)box[2], w = (int)box[3];
    CHECK(shape_equal(features.shape, l->whole), "paste: %s into %s", SHAPE(l->whole),
          SHAPE(features.shape));
    Tensor owned = node_tensor(l->owned);
    for (int c = 0; c < l->whole.c && w > 0; c++)
        for (int r = 0; r < h; r++)
            memcpy(tensor_at(features, 0, c, top + r, left), tensor_at(owned, 0, c, r, 0),
                   (size_t)w * sizeof(real));
}
