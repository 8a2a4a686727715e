#include "transfer/targets.h"

#include "autograd/tape_plan.h"
#include "transfer/masks.h"
#include "transfer/pixel_space.h"
#include "transfer/tile_targets.h"

/* Evaluates the network on a fixed image and keeps the features of each listed layer, or,
 * for a style, their summary: a mean over positions, so that images of any size can be
 * compared. */
static bool compute(Tape *tape, Arena *arena, const Recipe *r, Network *network,
                    Tensor picture, const LayerList *layers, const Style *style,
                    Tensor *targets, Error *err) {
    const char *names[LAYERS_MOST];
    Node *features[LAYERS_MOST];
    layers_names(layers, names);
    Node *input = pixel_space_convert(tape_constant(tape, picture), pixel_space_unit,
                                      pixel_space_input(r, network));
    if (!network_record(network, tape, input, names, layers->count, features, err))
        return false;
    for (int i = 0; style && i < layers->count; i++)
        features[i] = masks_summary(features[i],
                                    masks_shrink(arena, style->part, features[i]->shape),
                                    r->style_form);
    tape_plan(tape, NULL, layers->count, features);
    for (int i = 0; i < layers->count; i++)
        targets[i] = tape_keep(arena, features[i]);
    return true;
}

/* One picture, at once; the content when style is NULL. */
static bool whole(Targets *t, Arena *arena, const Recipe *r, Network *network,
                  Tensor picture, const Style *style, Tensor *targets, bool sketch,
                  Error *err) {
    Tape *tape = sketch ? tape_new_sketch() : tape_new_planned();
    const LayerList *layers = style ? &r->style_layers : &r->content_layers;
    bool ok = compute(tape, arena, r, network, picture, layers, style, targets, err);
    if (tape_bytes(tape) > t->bytes) t->bytes = tape_bytes(tape);
    tape_free(tape);
    return ok;
}

bool targets_compute(Targets *t, Arena *arena, const Recipe *r, Network *network,
                     const Scene *scene, bool sketch, Error *err) {
    *t = (Targets){.bytes = 0};
    if (r->tile
            ? !tile_content_targets(t, arena, r, network, scene, sketch, err)
            : !whole(t, arena, r, network, scene->content, NULL, t->content, sketch, err))
        return false;
    for (int i = 0; i < scene->styles; i++) {
        const Style *style = &scene->style[i];
        if (r->tile ? !tile_style_targets(t, arena, r, network, style, i, sketch, err)
                    : !whole(t, arena, r, network, style->picture, style, t->style[i],
                             sketch, err))
            return false;
    }
    return true;
}
