#include "transfer/whole_targets.h"

#include "autograd/tape_plan.h"
#include "transfer/masks.h"
#include "transfer/pixel_space.h"

/* Evaluates the network on a fixed image and keeps the features of each listed layer, or,
 * for a style, their summary: a mean over positions, so that images of any size can be
 * compared. */
static bool compute(Tape *tape, const LossesSetup *setup, Tensor image,
                    const LayerList *layers, const Style *style, Tensor *targets,
                    Error *err) {
    const char *names[LAYERS_MOST];
    Node *features[LAYERS_MOST];
    layers_names(layers, names);
    Node *input = pixel_space_convert(tape_constant(tape, image), pixel_space_unit,
                                      pixel_space_input(setup->recipe, setup->network));
    if (!network_record(setup->network, tape, input, names, layers->count, features, err))
        return false;
    for (int i = 0; style && i < layers->count; i++)
        features[i] = masks_summary(
            features[i], masks_shrink(setup->arena, style->part, features[i]->shape),
            setup->recipe->style.form);
    tape_plan(tape, NULL, layers->count, features);
    for (int i = 0; i < layers->count; i++)
        targets[i] = tape_keep(setup->arena, features[i]);
    return true;
}

/* One image on a tape of its own; the content when style is NULL. */
static bool compute_image(Targets *t, const LossesSetup *setup, Tensor image,
                          const Style *style, Tensor *targets, Error *err) {
    const LayerList *layers =
        style ? &setup->recipe->style.layers : &setup->recipe->content.layers;
    Tape *tape = setup->new_tape();
    const bool good = compute(tape, setup, image, layers, style, targets, err);
    if (tape_bytes(tape) > t->bytes) t->bytes = tape_bytes(tape);
    tape_free(tape);
    return good;
}

static bool compute_style(Targets *t, const LossesSetup *setup, int number, Error *err) {
    const Style *style = &setup->scene->style[number];
    return compute_image(t, setup, style->image, style, t->style[number], err);
}

bool whole_content_targets(Targets *t, const LossesSetup *setup, Error *err) {
    return compute_image(t, setup, setup->scene->content, NULL, t->content, err);
}

bool whole_targets(Targets *t, const LossesSetup *setup, Error *err) {
    t->bytes = 0;
    return whole_content_targets(t, setup, err) &&
           targets_of_styles(t, setup, compute_style, err);
}
