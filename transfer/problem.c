#include "transfer/problem.h"

#include <string.h>

#include "autograd/ops.h"
#include "nn/ops.h"
#include "tensor/check.h"
#include "transfer/space.h"
#include "transfer/sum.h"

/* Runs a fixed picture through the network and keeps of each listed layer the features
 * themselves, or, for a style, their summary: a mean over positions, so that pictures of
 * any size compare. */
static bool compute_targets(const Problem *p, Arena *arena, Tensor picture,
                            const LayerList *layers, bool style,
                            Tensor targets[LAYERS_MOST], Error *err) {
    const char *names[LAYERS_MOST];
    Node *features[LAYERS_MOST];
    layers_names(layers, names);
    Tape *tape = tape_new_planned();
    Node *input = space_convert(tape_constant(tape, picture), space_unit,
                                space_input(p->recipe, p->network));
    bool ok =
        network_record(p->network, tape, input, names, layers->count, features, err);
    for (int i = 0; ok && style && i < layers->count; i++)
        features[i] =
            ag_style_summary(features[i], p->recipe->style_form,
                             (double)features[i]->shape.h * features[i]->shape.w);
    if (ok) tape_plan(tape, NULL, layers->count, features);
    for (int i = 0; ok && i < layers->count; i++)
        targets[i] = tape_keep(arena, features[i]);
    tape_free(tape);
    return ok;
}

/* Records the variable, in the recipe's space, and returns the picture as the network
 * reads it (in tiles NULL, for the network reads windows) and as tv does. */
static void record_picture(Problem *p, Arena *arena, Tensor picture, Node **input,
                           Node **smoothed) {
    const Recipe *r = p->recipe;
    const Normalize own = space_of(r, p->network, r->space);
    Tensor x = space_converted(arena, picture, space_unit, own);
    p->variable = node_label(tape_variable(p->tape, x), "picture");
    *input = NULL;
    if (!r->tile || r->tv_space == SPACE_INPUT)
        *input = space_convert(p->variable, own, space_input(r, p->network));
    *smoothed =
        r->tv_space == SPACE_INPUT
            ? *input
            : space_convert(p->variable, own, space_of(r, p->network, r->tv_space));
}

/* Records the network up to the deepest layer of both lists, and the loss of each layer.
 */
static bool record_layers(Problem *p, Node *input, const Tensor *content_targets,
                          const Tensor *style_targets, Error *err) {
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
        Node *target = tape_constant(p->tape, content_targets[i]);
        p->content_layer[i] =
            ag_content_loss(features[i], target, p->recipe->content_form);
        node_label(p->content_layer[i], "content %s", content->item[i].name);
    }
    for (int i = 0; i < style->count; i++) {
        Node *target = tape_constant(p->tape, style_targets[i]);
        p->style_layer[i] = ag_style_loss(features[content->count + i], target,
                                          p->recipe->style_form, p->variable->shape);
        node_label(p->style_layer[i], "style %s", style->item[i].name);
    }
    return true;
}

/* Whether any term is left once the weights are multiplied out. */
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
    Sum sum = {0};
    for (int i = 0; i < r->content_layers.count; i++)
        sum_add(&sum, p->content_layer[i],
                r->content_weight * r->content_layers.item[i].weight);
    for (int i = 0; i < r->style_layers.count; i++)
        sum_add(&sum, p->style_layer[i],
                r->style_weight * r->style_layers.item[i].weight);
    sum_add(&sum, p->tv, r->tv_weight);
    p->total = node_label(sum_record(&sum), "total");
}

/* Everything on one tape. */
static bool record_whole(Problem *p, Arena *arena, Node *input, Tensor content,
                         Tensor style, Error *err) {
    const Recipe *r = p->recipe;
    Tensor content_targets[LAYERS_MOST], style_targets[LAYERS_MOST];
    if (!compute_targets(p, arena, content, &r->content_layers, false, content_targets,
                         err) ||
        !compute_targets(p, arena, style, &r->style_layers, true, style_targets, err) ||
        !record_layers(p, input, content_targets, style_targets, err))
        return false;
    record_total(p);
    (r->recompute ? tape_plan_recompute : tape_plan)(p->tape, p->total, 0, NULL);
    return true;
}

/* Only what is cheap on this tape, and the network elsewhere. */
static bool record_tiled(Problem *p, Arena *arena, Tensor content, Tensor style,
                         Error *err) {
    Sum sum = {0};
    sum_add(&sum, p->tv, p->recipe->tv_weight);
    p->total = sum_record(&sum);
    tape_plan(p->tape, p->total, 0, NULL);
    p->tiles = tiles_new(arena, p->recipe, p->network, content, style, p->variable, err);
    if (p->tiles) tiles_forward(p->tiles);
    return p->tiles;
}

bool problem_init(Problem *p, Arena *arena, const Recipe *recipe, Network *network,
                  Tensor content, Tensor style, Tensor picture, Error *err) {
    CHECK(shape_equal(content.shape, picture.shape), "content is %s, the picture %s",
          SHAPE(content.shape), SHAPE(picture.shape));
    *p = (Problem){.recipe = recipe, .network = network};
    if (!has_weight(recipe, err)) return false;
    p->tape = tape_new_planned();
    Node *input, *smoothed;
    record_picture(p, arena, picture, &input, &smoothed);
    p->tv = node_label(ag_tv_loss(smoothed, recipe->tv_form), "tv");
    if (recipe->tile ? record_tiled(p, arena, content, style, err)
                     : record_whole(p, arena, input, content, style, err))
        return true;
    problem_free(p);
    return false;
}

void problem_forward(Problem *p) {
    tape_forward(p->tape);
    if (p->tiles) tiles_forward(p->tiles);
}

void problem_backward(Problem *p) {
    if (p->total)
        tape_backward(p->tape, p->total);
    else
        memset(p->variable->grad, 0, shape_size(p->variable->shape) * sizeof(real));
    if (p->tiles) tiles_backward(p->tiles);
}

void problem_free(Problem *p) {
    tiles_free(p->tiles);
    tape_free(p->tape);
    p->tiles = NULL;
    p->tape = NULL;
}

static double content_of(const Problem *p, int i) {
    return p->tiles ? tiles_content(p->tiles, i)
                    : (double)node_scalar(p->content_layer[i]);
}

static double style_of(const Problem *p, int i) {
    return p->tiles ? tiles_style(p->tiles, i) : (double)node_scalar(p->style_layer[i]);
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
    return space_converted(arena, node_tensor(p->variable),
                           space_of(p->recipe, p->network, p->recipe->space), space_unit);
}
