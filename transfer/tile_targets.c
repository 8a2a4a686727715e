#include "transfer/tile_targets.h"

#include "autograd/ops.h"
#include "autograd/tape_plan.h"
#include "transfer/masks.h"

void tile_summaries(const TileWindow *window, Arena *arena, StyleForm form, int first,
                    int count, Tensor mask, Node **parts) {
    for (int i = 0; i < count; i++) {
        const TileWindowLayer *l = &window->layer[first + i];
        const Tensor here = masks_shrink(arena, mask, l->whole);
        const Shape s = l->owned->shape;
        Node *seen = l->owned;
        if (here.data) {
            Node *box = tape_constant(window->tape, l->within);
            Node *whole = tape_constant(window->tape, here);
            seen = ag_mask(seen, ag_crop(whole, box, (Crop){s.h, s.w}));
        }
        parts[i] = ag_style_summary(seen, form, masks_positions(here, l->whole));
        node_label(parts[i], "gram %s", l->layer->name);
    }
}

/* A window on an image, with room for its tape. */
static bool open_window(TileWindow *w, const LossesSetup *setup, Tensor image,
                        const LayerList *layers, Error *err) {
    const char *names[LAYERS_MOST];
    layers_names(layers, names);
    return tile_window_init(w, setup->new_tape(), setup->arena, setup->recipe,
                            setup->network, image.shape, names, layers->count, SPACE_UNIT,
                            false, err);
}

static void close_window(TileWindow *w, Targets *t) {
    if (tape_bytes(w->tape) > t->bytes) t->bytes = tape_bytes(w->tape);
    tile_window_free(w);
}

/* Copies the features of every tile to their place. */
static void join_tiles(TileWindow *w, Tensor image, Tensor *features) {
    if (tape_is_sketch(w->tape)) return;
    for (int tile = 0; tile < w->grid.count; tile++) {
        tile_window_move(w, image, tile);
        tape_forward(w->tape);
        for (int i = 0; i < w->count; i++)
            tile_window_paste(w, i, features[i]);
    }
}

static bool content_targets(Targets *t, const LossesSetup *setup, Error *err) {
    const LayerList *layers = &setup->recipe->content.layers;
    const Tensor image = setup->scene->content;
    Node *owned[LAYERS_MOST];
    TileWindow w;
    if (!open_window(&w, setup, image, layers, err)) return false;
    for (int i = 0; i < layers->count; i++) {
        owned[i] = w.layer[i].owned;
        t->content[i] = tensor_alloc(setup->arena, w.layer[i].whole);
    }
    tape_plan(w.tape, NULL, layers->count, owned);
    join_tiles(&w, image, t->content);
    close_window(&w, t);
    return true;
}

static bool style_targets(Targets *t, const LossesSetup *setup, int number, Error *err) {
    const Recipe *r = setup->recipe;
    const Style *style = &setup->scene->style[number];
    const int count = r->style.layers.count;
    Node *parts[LAYERS_MOST];
    double *sums[LAYERS_MOST];
    TileWindow w;
    if (!open_window(&w, setup, style->image, &r->style.layers, err)) return false;
    tile_summaries(&w, setup->arena, r->style.form, 0, count, style->part, parts);
    for (int i = 0; i < count; i++) {
        t->style[number][i] = tensor_alloc(setup->arena, parts[i]->shape);
        sums[i] = ARENA_NEW(setup->arena, double, shape_size(parts[i]->shape));
    }
    tape_plan(w.tape, NULL, count, parts);
    tile_window_sum(&w, style->image, count, parts, sums);
    for (int i = 0; i < count; i++)
        style_summary_store(r->style.form, t->style[number][i], sums[i]);
    close_window(&w, t);
    return true;
}

bool tile_targets(Targets *t, const LossesSetup *setup, Error *err) {
    t->bytes = 0;
    if (!content_targets(t, setup, err)) return false;
    return targets_of_styles(t, setup, style_targets, err);
}
