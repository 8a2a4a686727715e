#include "transfer/problem.h"

#include <string.h>

#include "autograd/ops.h"
#include "nn/ops.h"
#include "tensor/check.h"
#include "transfer/sum.h"

/* The inverse of the network's preprocessing: x = input * deviation + mean. */
static Normalize undo(Normalize n) {
    Normalize back;
    for (int c = 0; c < 3; c++) {
        back.deviation[c] = 1 / n.deviation[c];
        back.mean[c] = -n.mean[c] / n.deviation[c];
    }
    return back;
}

/* What a target keeps of a layer's features. */
typedef Node *Summary(Node *features);

static Node *features_themselves(Node *features) {
    return features;
}

/* G / (h w): the mean over positions, so that style pictures of any size compare. */
static Node *gram_of(Node *features) {
    return ag_gram(features, gram_params(GRAM_HW, features));
}

/* Runs a fixed picture through the network and keeps a summary of each listed layer. */
static bool compute_targets(Arena *arena, Network *network, Tensor picture,
                            const LayerList *layers, Summary *summary,
                            Tensor targets[LAYERS_MOST], Error *err) {
    const char *names[LAYERS_MOST];
    Node *features[LAYERS_MOST];
    layers_names(layers, names);
    Tape *tape = tape_new_planned();
    Node *input = ag_normalize(tape_constant(tape, picture), network_normalize(network));
    bool ok = network_record(network, tape, input, names, layers->count, features, err);
    for (int i = 0; ok && i < layers->count; i++)
        features[i] = summary(features[i]);
    if (ok) tape_plan(tape, NULL, layers->count, features);
    for (int i = 0; ok && i < layers->count; i++)
        targets[i] = tape_keep(arena, features[i]);
    tape_free(tape);
    return ok;
}

/* Records the variable and returns the picture in both spaces; in tiles, not for the
 * network, which reads windows. */
static void record_picture(Problem *p, Arena *arena, Tensor picture, Node **unit,
                           Node **input) {
    Normalize normalize = network_normalize(p->network);
    Tensor x = tensor_clone(arena, picture);
    if (p->recipe->space == SPACE_INPUT) {
        Tape *tape = tape_new();
        tensor_copy(x,
                    node_tensor(ag_normalize(tape_constant(tape, picture), normalize)));
        tape_free(tape);
        *input = p->variable = tape_variable(p->tape, x);
        *unit = p->recipe->tv_space == SPACE_UNIT ? ag_normalize(*input, undo(normalize))
                                                  : *input;
    } else {
        *unit = p->variable = tape_variable(p->tape, x);
        bool read = !p->recipe->tile || p->recipe->tv_space == SPACE_INPUT;
        *input = read ? ag_normalize(*unit, normalize) : NULL;
    }
    node_label(p->variable, "picture");
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
    if (!compute_targets(arena, p->network, content, &r->content_layers,
                         features_themselves, content_targets, err) ||
        !compute_targets(arena, p->network, style, &r->style_layers, gram_of,
                         style_targets, err) ||
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
    Node *unit, *input;
    record_picture(p, arena, picture, &unit, &input);
    Node *smoothed = recipe->tv_space == SPACE_UNIT ? unit : input;
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
    Tensor x = tape_keep(arena, p->variable);
    if (p->recipe->space == SPACE_UNIT) return x;
    Tape *tape = tape_new();
    Node *unit =
        ag_normalize(tape_constant(tape, x), undo(network_normalize(p->network)));
    tensor_copy(x, node_tensor(unit));
    tape_free(tape);
    return x;
}
