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

/* A window on a picture, with room for its tape. */
static bool open_window(TileWindow *w, Arena *arena, const Recipe *r, Network *network,
                        Tensor picture, const LayerList *layers, bool sketch,
                        Error *err) {
    const char *names[LAYERS_MOST];
    layers_names(layers, names);
    return tile_window_init(w, sketch ? tape_new_sketch() : tape_new_planned(), arena, r,
                            network, picture.shape, names, layers->count, SPACE_UNIT,
                            false, err);
}

static void close_window(TileWindow *w, Targets *t) {
    if (tape_bytes(w->tape) > t->bytes) t->bytes = tape_bytes(w->tape);
    tile_window_free(w);
}

bool tile_content_targets(Targets *t, Arena *arena, const Recipe *r, Network *network,
                          const Scene *scene, bool sketch, Error *err) {
    const int count = r->content_layers.count;
    Node *owned[LAYERS_MOST];
    TileWindow w;
    if (!open_window(&w, arena, r, network, scene->content, &r->content_layers, sketch,
                     err))
        return false;
    for (int i = 0; i < count; i++) {
        owned[i] = w.layer[i].owned;
        t->content[i] = tensor_alloc(arena, w.layer[i].whole);
    }
    tape_plan(w.tape, NULL, count, owned);
    for (int tile = 0; tile < w.grid.count && !sketch; tile++) {
        tile_window_move(&w, scene->content, tile);
        tape_forward(w.tape);
        for (int i = 0; i < count; i++)
            tile_window_paste(&w, i, t->content[i]);
    }
    close_window(&w, t);
    return true;
}

bool tile_style_targets(Targets *t, Arena *arena, const Recipe *r, Network *network,
                        const Style *style, int number, bool sketch, Error *err) {
    const int count = r->style_layers.count;
    Node *parts[LAYERS_MOST];
    double *sums[LAYERS_MOST];
    TileWindow w;
    if (!open_window(&w, arena, r, network, style->picture, &r->style_layers, sketch,
                     err))
        return false;
    tile_summaries(&w, arena, r->style_form, 0, count, style->part, parts);
    for (int i = 0; i < count; i++) {
        t->style[number][i] = tensor_alloc(arena, parts[i]->shape);
        sums[i] = ARENA_NEW(arena, double, shape_size(parts[i]->shape));
    }
    tape_plan(w.tape, NULL, count, parts);
    tile_window_sum(&w, style->picture, count, parts, sums);
    for (int i = 0; i < count; i++)
        style_summary_store(r->style_form, t->style[number][i], sums[i]);
    close_window(&w, t);
    return true;
}
