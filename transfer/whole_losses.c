#include "transfer/whole_losses.h"

#include "autograd/tape_plan.h"
#include "losses/total.h"
#include "transfer/masks.h"
#include "transfer/whole_targets.h"

typedef struct WholeLosses {
    Losses losses;
    Node *content[LAYERS_MOST], *style[LAYERS_MOST]; /* without any weight */
    const Targets *targets;                          /* which the tape reads in place */
} WholeLosses;

/* The summaries of a layer's features for all styles; those without a mask share one. */
static void record_summaries(const LossesSetup *setup, Node *features, Node **summaries) {
    Node *everywhere = NULL;
    for (int s = 0; s < setup->scene->styles; s++) {
        const Tensor mask =
            masks_shrink(setup->arena, setup->scene->style[s].mask, features->shape);
        summaries[s] = !mask.data && everywhere
                           ? everywhere
                           : masks_summary(features, mask, setup->recipe->style.form);
        if (!mask.data) everywhere = summaries[s];
    }
}

static Node *record_style(const LossesSetup *setup, const Targets *targets, int i,
                          Node *features) {
    const Recipe *r = setup->recipe;
    const Shape image = setup->scene->content.shape;
    Node *summaries[STYLES_MOST], *losses[STYLES_MOST];
    record_summaries(setup, features, summaries);
    for (int s = 0; s < setup->scene->styles; s++) {
        Node *target = tape_constant(features->tape, targets->style[s][i]);
        losses[s] =
            ag_gram_loss(summaries[s], target, r->style.form, features->shape, image);
    }
    return node_label(scene_style_loss(setup->scene, losses), "style %s",
                      r->style.layers.item[i].name);
}

static Node *record_content(const Recipe *r, const Targets *targets, int i,
                            Node *features) {
    Node *target = tape_constant(features->tape, targets->content[i]);
    return node_label(ag_content_loss(features, target, r->content.form), "content %s",
                      r->content.layers.item[i].name);
}

/* Records the network up to the deepest layer of both lists, and the loss of each layer.
 */
static bool record_layers(WholeLosses *w, const LossesSetup *setup,
                          const Targets *targets, Node *input, Error *err) {
    const LayerList *content = &setup->recipe->content.layers,
                    *style = &setup->recipe->style.layers;
    const char *names[2 * LAYERS_MOST];
    Node *features[2 * LAYERS_MOST];
    layers_names(content, names);
    layers_names(style, names + content->count);
    if (!network_record(setup->network, w->losses.tape, input, names,
                        content->count + style->count, features, err))
        return false;
    for (int i = 0; i < content->count; i++)
        w->content[i] = record_content(setup->recipe, targets, i, features[i]);
    for (int i = 0; i < style->count; i++)
        w->style[i] = record_style(setup, targets, i, features[content->count + i]);
    return true;
}

static Node *record_total(WholeLosses *w, const LossesSetup *setup) {
    const Recipe *r = setup->recipe;
    Node *total = NULL;
    total = losses_add_layers(total, &r->content.layers, w->content, r->content.weight);
    total = losses_add_layers(total, &r->style.layers, w->style, r->style.weight);
    total = ag_add_term(total, w->losses.tv, r->tv.weight);
    total = losses_add_temporal(&w->losses, setup, total);
    return node_label(total, "total");
}

static bool record(WholeLosses *w, const LossesSetup *setup, const Targets *targets,
                   Error *err) {
    const Recipe *r = setup->recipe;
    Losses *losses = &w->losses;
    Node *input = losses_image_in(losses, setup, SPACE_INPUT);
    Node *smoothed =
        r->tv.space == SPACE_INPUT ? input : losses_image_in(losses, setup, r->tv.space);
    losses_record_tv(losses, r, smoothed);
    if (!record_layers(w, setup, targets, input, err)) return false;
    losses->total = record_total(w, setup);
    tape_plan_with(losses->tape, losses->total, 0, NULL, recipe_plan_options(r));
    return true;
}

static void whole_forward(Losses *losses) {
    tape_forward(losses->tape);
}

static void whole_backward(Losses *losses) {
    tape_backward(losses->tape, losses->total);
}

static double whole_content(const Losses *losses, int layer) {
    return (double)node_scalar(((const WholeLosses *)losses)->content[layer]);
}

static double whole_style(const Losses *losses, int layer) {
    return (double)node_scalar(((const WholeLosses *)losses)->style[layer]);
}

static bool whole_again(Losses *losses, const LossesSetup *setup, Tensor image,
                        Error *err) {
    const Targets *targets = ((const WholeLosses *)losses)->targets;
    Targets now = {0};
    if (!whole_content_targets(&now, setup, err)) return false;
    for (int i = 0; i < setup->recipe->content.layers.count; i++)
        tensor_copy(targets->content[i], now.content[i]);
    losses_set_temporal(losses, setup);
    losses_set_image(losses, setup, image);
    whole_forward(losses);
    return true;
}

static size_t whole_bytes(const Losses *losses) {
    return tape_bytes(losses->tape);
}

static void whole_free(Losses *losses) {
    tape_free(losses->tape);
}

static const LossesKind whole = {.forward = whole_forward,
                                 .backward = whole_backward,
                                 .content = whole_content,
                                 .style = whole_style,
                                 .again = whole_again,
                                 .bytes = whole_bytes,
                                 .free = whole_free};

Losses *whole_losses_new(const LossesSetup *setup, Tensor image, Error *err) {
    WholeLosses *w = ARENA_NEW(setup->arena, WholeLosses, 1);
    Targets *targets = ARENA_NEW(setup->arena, Targets, 1);
    if (!whole_targets(targets, setup, err)) return NULL;
    losses_init(&w->losses, &whole, setup, image);
    w->losses.target_bytes = targets->bytes;
    w->targets = targets;
    if (record(w, setup, targets, err)) return &w->losses;
    whole_free(&w->losses);
    return NULL;
}
