#include "transfer/problem.h"

#include <string.h>

#include "autograd/ops.h"
#include "autograd/tape_plan.h"
#include "losses/total.h"
#include "nn/ops.h"
#include "tensor/check.h"
#include "tensor/no_memory.h"
#include "transfer/masks.h"
#include "transfer/pixel_space.h"

/* Records the variable, in the recipe's space, and returns the picture as the network
 * reads it (in tiles NULL, for the network reads windows) and as tv does. */
static void record_picture(Problem *p, Arena *arena, Tensor picture, Node **input,
                           Node **smoothed) {
    const Recipe *r = p->recipe;
    const Normalize own = pixel_space_of(r, p->network, r->space);
    Tensor x = tape_is_sketch(p->tape)
                   ? tensor_alloc(arena, picture.shape)
                   : pixel_space_converted(arena, picture, pixel_space_unit, own);
    p->variable = node_label(tape_variable(p->tape, x), "picture");
    *input = NULL;
    if (!r->tile || r->tv_space == SPACE_INPUT)
        *input = pixel_space_convert(p->variable, own, pixel_space_input(r, p->network));
    *smoothed = r->tv_space == SPACE_INPUT
                    ? *input
                    : pixel_space_convert(p->variable, own,
                                          pixel_space_of(r, p->network, r->tv_space));
}

/* The summaries of a layer's features for all styles; those without a mask share one. */
static void record_summaries(const Problem *p, Arena *arena, const Scene *scene,
                             Node *features, Node **summaries) {
    const StyleForm form = p->recipe->style_form;
    Node *everywhere = NULL;
    for (int s = 0; s < scene->styles; s++) {
        const Tensor mask = masks_shrink(arena, scene->style[s].mask, features->shape);
        summaries[s] =
            !mask.data && everywhere ? everywhere : masks_summary(features, mask, form);
        if (!mask.data) everywhere = summaries[s];
    }
}

static Node *record_style_layer(const Problem *p, Arena *arena, const Scene *scene,
                                const Targets *targets, int i, Node *features) {
    Node *summaries[STYLES_MOST], *losses[STYLES_MOST];
    record_summaries(p, arena, scene, features, summaries);
    for (int s = 0; s < scene->styles; s++) {
        Node *target = tape_constant(p->tape, targets->style[s][i]);
        losses[s] = ag_gram_loss(summaries[s], target, p->recipe->style_form,
                                 features->shape, p->variable->shape);
    }
    return node_label(scene_style_loss(scene, losses), "style %s",
                      p->recipe->style_layers.item[i].name);
}

/* Records the network up to the deepest layer of both lists, and the loss of each layer.
 */
static bool record_layers(Problem *p, Arena *arena, Node *input, const Scene *scene,
                          const Targets *targets, Error *err) {
    const LayerList *content = &p->recipe->content_layers,
                    *style = &p->recipe->style_layers;
    const char *names[2 * LAYERS_MOST];
    Node *features[2 * LAYERS_MOST];
    layers_names(content, names);
    layers_names(style, names + content->count);
    if (!network_record(p->network, p->tape, input, names, content->count + style->count,
                        features, err))
        return false;
    for (int i = 0; i < content->count; i++) {
        Node *target = tape_constant(p->tape, targets->content[i]);
        p->content_layer[i] =
            ag_content_loss(features[i], target, p->recipe->content_form);
        node_label(p->content_layer[i], "content %s", content->item[i].name);
    }
    for (int i = 0; i < style->count; i++)
        p->style_layer[i] =
            record_style_layer(p, arena, scene, targets, i, features[content->count + i]);
    return true;
}

/* True if any term has a weight other than 0. */
static bool has_weight(const Recipe *r, Error *err) {
    bool any = r->tv_weight != 0;
    for (int i = 0; i < r->content_layers.count; i++)
        any = any || r->content_weight * r->content_layers.item[i].weight != 0;
    for (int i = 0; i < r->style_layers.count; i++)
        any = any || r->style_weight * r->style_layers.item[i].weight != 0;
    return any ||
           error_set(err, "all weights are 0, so there is nothing to minimise; set "
                          "--style-weight or --content-weight");
}

static void record_total(Problem *p) {
    const Recipe *r = p->recipe;
    Node *total = NULL;
    for (int i = 0; i < r->content_layers.count; i++)
        total = ag_add_term(total, p->content_layer[i],
                            r->content_weight * r->content_layers.item[i].weight);
    for (int i = 0; i < r->style_layers.count; i++)
        total = ag_add_term(total, p->style_layer[i],
                            r->style_weight * r->style_layers.item[i].weight);
    total = ag_add_term(total, p->tv, r->tv_weight);
    p->total = node_label(total, "total");
}

/* Everything on one tape. */
static bool record_whole(Problem *p, Arena *arena, Node *input, const Scene *scene,
                         const Targets *targets, Error *err) {
    if (!record_layers(p, arena, input, scene, targets, err)) return false;
    record_total(p);
    (p->recipe->recompute ? tape_plan_recompute : tape_plan)(p->tape, p->total, 0, NULL);
    return true;
}

/* Only total variation on this tape; the network runs on the tapes of the tiles. */
static bool record_tiled(Problem *p, Arena *arena, const Scene *scene,
                         const Targets *targets, Error *err) {
    p->total = ag_add_term(NULL, p->tv, p->recipe->tv_weight);
    tape_plan(p->tape, p->total, 0, NULL);
    p->tiles =
        tile_losses_new(arena, p->recipe, p->network, scene, targets, p->variable, err);
    if (p->tiles && !tape_is_sketch(p->tape)) tile_losses_forward(p->tiles);
    return p->tiles;
}

/* Whether masks and recipe go together. */
static bool masks_fit(const Recipe *recipe, const Scene *scene, Error *err) {
    for (int s = 0; s < scene->styles; s++)
        if (style_is_gaussian(recipe->style_form) &&
            (scene->style[s].mask.data || scene->style[s].part.data))
            return error_set(err,
                             "the style form %s compares means, which a mask would "
                             "shift; choose another --style-form",
                             style_forms[recipe->style_form].name);
    return true;
}

static bool init(Problem *p, Arena *arena, const Scene *scene, Tensor picture,
                 bool sketch, Error *err) {
    const Recipe *recipe = p->recipe;
    CHECK(shape_equal(scene->content.shape, picture.shape),
          "content is %s, the picture %s", SHAPE(scene->content.shape),
          SHAPE(picture.shape));
    if (!has_weight(recipe, err) || !masks_fit(recipe, scene, err)) return false;
    Targets *targets = ARENA_NEW(arena, Targets, 1);
    if (!targets_compute(targets, arena, recipe, p->network, scene, sketch, err))
        return false;
    p->target_bytes = targets->bytes;
    p->tape = sketch ? tape_new_sketch() : tape_new_planned();
    Node *input, *smoothed;
    record_picture(p, arena, picture, &input, &smoothed);
    p->tv = node_label(ag_tv_loss(smoothed, recipe->tv_form), "tv");
    if (recipe->tile ? record_tiled(p, arena, scene, targets, err)
                     : record_whole(p, arena, input, scene, targets, err))
        return true;
    problem_free(p);
    return false;
}

bool problem_init_scene(Problem *p, Arena *arena, const Recipe *recipe, Network *network,
                        const Scene *scene, Tensor picture, Error *err) {
    const MemoryUse before = memory_for("the layers of the network and its losses", NULL);
    *p = (Problem){.recipe = recipe, .network = network};
    const bool good = init(p, arena, scene, picture, false, err);
    memory_for_again(before);
    return good;
}

bool problem_sketch(Problem *p, Arena *arena, const Recipe *recipe, Network *network,
                    const Scene *scene, Error *err) {
    *p = (Problem){.recipe = recipe, .network = network};
    return init(p, arena, scene, scene->content, true, err);
}

bool problem_init(Problem *p, Arena *arena, const Recipe *recipe, Network *network,
                  Tensor content, Tensor style, Tensor picture, Error *err) {
    const Scene scene = scene_of(content, style);
    return problem_init_scene(p, arena, recipe, network, &scene, picture, err);
}

size_t problem_bytes(const Problem *p) {
    return tape_bytes(p->tape) + (p->tiles ? tile_losses_bytes(p->tiles) : 0);
}

void problem_forward(Problem *p) {
    tape_forward(p->tape);
    if (p->tiles) tile_losses_forward(p->tiles);
}

void problem_backward(Problem *p) {
    if (p->total)
        tape_backward(p->tape, p->total);
    else
        memset(p->variable->grad, 0, shape_size(p->variable->shape) * sizeof(real));
    if (p->tiles) tile_losses_backward(p->tiles);
}

void problem_free(Problem *p) {
    tile_losses_free(p->tiles);
    tape_free(p->tape);
    p->tiles = NULL;
    p->tape = NULL;
}

static double content_of(const Problem *p, int i) {
    return p->tiles ? tile_losses_content(p->tiles, i)
                    : (double)node_scalar(p->content_layer[i]);
}

static double style_of(const Problem *p, int i) {
    return p->tiles ? tile_losses_style(p->tiles, i)
                    : (double)node_scalar(p->style_layer[i]);
}

Terms problem_terms(const Problem *p) {
    const Recipe *r = p->recipe;
    Terms t = {.tv = (double)node_scalar(p->tv)};
    for (int i = 0; i < r->content_layers.count; i++) {
        t.content_layer[i] = r->content_layers.item[i].weight * content_of(p, i);
        t.content += t.content_layer[i];
    }
    for (int i = 0; i < r->style_layers.count; i++) {
        t.style_layer[i] = r->style_layers.item[i].weight * style_of(p, i);
        t.style += t.style_layer[i];
    }
    t.total =
        r->content_weight * t.content + r->style_weight * t.style + r->tv_weight * t.tv;
    return t;
}

Tensor problem_picture(const Problem *p, Arena *arena) {
    return pixel_space_converted(arena, node_tensor(p->variable),
                                 pixel_space_of(p->recipe, p->network, p->recipe->space),
                                 pixel_space_unit);
}
