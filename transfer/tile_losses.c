#include "transfer/tile_losses.h"

#include <string.h>

#include "autograd/ops.h"
#include "autograd/tape_plan.h"
#include "losses/ops.h"
#include "losses/total.h"
#include "transfer/tile_targets.h"

typedef struct ContentLayer {
    Node *part; /* the tile's part of the loss */
    double loss;
} ContentLayer;

/* A style layer under one mask, or under none. */
typedef struct Region {
    Node *part;  /* the tile's part of G / M, on the window's tape */
    Node *gram;  /* G / M of the whole image: a variable on the other tape */
    double *sum; /* where parts are added up to G / M */
} Region;

typedef struct StyleLayer {
    Region region[STYLES_MOST];
    Node *loss; /* of all styles, with their blends */
} StyleLayer;

typedef struct TileLosses {
    Losses losses; /* its tape has the image and tv */
    const Recipe *recipe;
    TileWindow window;
    Node *tile_total;  /* its gradient is the tile's part; NULL: no part has a weight */
    Tape *grams;       /* from the Gram matrices to style_total */
    Node *style_total; /* NULL: no style layer has a weight */
    int regions, region_of[STYLES_MOST]; /* styles without a mask share a region */
    ContentLayer content[LAYERS_MOST];
    StyleLayer style[LAYERS_MOST];
} TileLosses;

#define PARTS_MOST (STYLES_MOST * LAYERS_MOST)

/* All parts of Gram matrices, layer by layer, and where they are added up. */
static int list_parts(TileLosses *t, Node **nodes, double **sums) {
    int count = 0;
    for (int i = 0; i < t->recipe->style.layers.count; i++)
        for (int r = 0; r < t->regions; r++) {
            nodes[count] = t->style[i].region[r].part;
            sums[count++] = t->style[i].region[r].sum;
        }
    return count;
}

static double squares_of(Tensor x) {
    double sum = 0;
    size_t size = shape_size(x.shape);
    for (size_t i = 0; i < size; i++)
        sum += (double)x.data[i] * (double)x.data[i];
    return sum;
}

/* The part of content layer i: k times the sum over what the tile owns; where it owns
 * less than others, both are 0. */
static void record_content(TileLosses *t, int i, Tensor target) {
    const TileWindowLayer *l = &t->window.layer[i];
    const ContentForm form = t->recipe->content.form;
    const Shape s = l->owned->shape;
    Node *box = tape_constant(t->window.tape, l->within);
    Node *whole = tape_constant(t->window.tape, target);
    const double squares = tape_is_sketch(t->window.tape) ? 1 : squares_of(target);
    const double factor = content_factor(form, shape_size(l->whole), squares);
    t->content[i].part =
        ag_content_part(l->owned, ag_crop(whole, box, (Crop){s.h, s.w}), form, factor);
    node_label(t->content[i].part, "content %s", l->layer->name);
}

/* The parts of Gram matrices: one region for all styles without a mask, and one for each
 * mask. */
static void record_regions(TileLosses *t, const LossesSetup *setup) {
    const int content = t->recipe->content.layers.count,
              count = t->recipe->style.layers.count;
    int everywhere = -1;
    for (int s = 0; s < setup->scene->styles; s++) {
        const Tensor mask = setup->scene->style[s].mask;
        Node *parts[LAYERS_MOST];
        t->region_of[s] = !mask.data && everywhere >= 0 ? everywhere : t->regions;
        if (t->region_of[s] == everywhere) continue;
        if (!mask.data) everywhere = t->regions;
        tile_summaries(&t->window, setup->arena, t->recipe->style.form, content, count,
                       mask, parts);
        for (int i = 0; i < count; i++)
            t->style[i].region[t->regions].part = parts[i];
        t->regions++;
    }
}

/* From the Gram matrices of the whole image to the loss of one layer. */
static void record_layer(TileLosses *t, const LossesSetup *setup, const Targets *targets,
                         int i) {
    StyleLayer *l = &t->style[i];
    const Shape summary = l->region[0].part->shape;
    const Shape features = t->window.layer[t->recipe->content.layers.count + i].whole;
    const Shape image = t->losses.image->shape;
    Node *losses[STYLES_MOST];
    for (int r = 0; r < t->regions; r++) {
        l->region[r].gram = tape_variable(t->grams, tensor_alloc(setup->arena, summary));
        l->region[r].sum = ARENA_NEW(setup->arena, double, shape_size(summary));
    }
    for (int s = 0; s < setup->scene->styles; s++)
        losses[s] = ag_gram_loss(l->region[t->region_of[s]].gram,
                                 tape_constant(t->grams, targets->style[s][i]),
                                 t->recipe->style.form, features, image);
    l->loss = scene_style_loss(setup->scene, losses);
}

static void record_style(TileLosses *t, const LossesSetup *setup,
                         const Targets *targets) {
    const Recipe *r = t->recipe;
    t->grams = tape_new();
    for (int i = 0; i < r->style.layers.count; i++) {
        record_layer(t, setup, targets, i);
        t->style_total = ag_add_term(t->style_total, t->style[i].loss,
                                     r->style.weight * r->style.layers.item[i].weight);
    }
}

/* The node from which backward starts in each tile. The factors S of the parts of G are
 * read from the gradients of the other tape. */
static Node *record_tile_total(const TileLosses *t) {
    const Recipe *r = t->recipe;
    Node *total = NULL;
    for (int i = 0; i < r->content.layers.count; i++)
        total = ag_add_term(total, t->content[i].part,
                            r->content.weight * r->content.layers.item[i].weight);
    for (int i = 0; i < r->style.layers.count; i++) {
        if (r->style.weight * r->style.layers.item[i].weight == 0) continue;
        for (int k = 0; k < t->regions; k++) {
            const Region *g = &t->style[i].region[k];
            Node *s =
                tape_constant(t->window.tape, (Tensor){g->gram->shape, g->gram->grad});
            total = ag_add_term(total, ag_sum(ag_mul(s, g->part)), 1);
        }
    }
    return total;
}

/* Only total variation and the frame before are on the tape of the image. */
static void record_tv(TileLosses *t, const LossesSetup *setup) {
    Losses *losses = &t->losses;
    losses_record_tv(losses, t->recipe,
                     losses_image_in(losses, setup, t->recipe->tv.space));
    losses->total = ag_add_term(NULL, losses->tv, t->recipe->tv.weight);
    losses->total = losses_add_temporal(losses, setup, losses->total);
    tape_plan(losses->tape, losses->total, 0, NULL);
}

static bool record_window(TileLosses *t, const LossesSetup *setup, const Targets *targets,
                          Error *err) {
    const Recipe *r = t->recipe;
    const int content = r->content.layers.count, style = r->style.layers.count;
    const char *names[2 * LAYERS_MOST];
    Node *parts[PARTS_MOST];
    double *sums[PARTS_MOST];
    layers_names(&r->content.layers, names);
    layers_names(&r->style.layers, names + content);
    if (!tile_window_init(&t->window, setup->new_tape(), setup->arena, r, setup->network,
                          t->losses.image->shape, names, content + style, r->pixels.space,
                          true, err))
        return false;
    for (int i = 0; i < content; i++)
        record_content(t, i, targets->content[i]);
    record_regions(t, setup);
    record_style(t, setup, targets);
    t->tile_total = record_tile_total(t);
    const int count = list_parts(t, parts, sums);
    tape_plan_with(t->window.tape, t->tile_total, count, parts, recipe_plan_options(r));
    return true;
}

static void sum_tiles(TileLosses *t) {
    const Recipe *r = t->recipe;
    Node *nodes[PARTS_MOST + LAYERS_MOST];
    double *sums[PARTS_MOST + LAYERS_MOST];
    int count = list_parts(t, nodes, sums);
    for (int i = 0; i < r->content.layers.count; i++) {
        nodes[count] = t->content[i].part;
        sums[count++] = &t->content[i].loss;
    }
    tile_window_sum(&t->window, node_tensor(t->losses.image), count, nodes, sums);
    for (int i = 0; i < r->style.layers.count; i++)
        for (int k = 0; k < t->regions; k++)
            style_summary_store(r->style.form, node_tensor(t->style[i].region[k].gram),
                                t->style[i].region[k].sum);
    tape_forward(t->grams);
}

static void tiles_forward(Losses *losses) {
    tape_forward(losses->tape);
    sum_tiles((TileLosses *)losses);
}

/* What is on the tape of the image: sets its gradient, if only to 0. */
static void image_backward(const Losses *losses) {
    const Node *image = losses->image;
    if (losses->total)
        tape_backward(losses->tape, losses->total);
    else
        memset(image->grad, 0, shape_size(image->shape) * sizeof(real));
}

static void tiles_backward(Losses *losses) {
    TileLosses *t = (TileLosses *)losses;
    const Tensor image = node_tensor(losses->image);
    const Tensor gradient = {image.shape, losses->image->grad};
    image_backward(losses);
    if (!t->tile_total) return;
    if (t->style_total) tape_backward(t->grams, t->style_total);
    for (int tile = 0; tile < t->window.grid.count; tile++) {
        tile_window_move(&t->window, image, tile);
        tape_forward(t->window.tape);
        tape_backward(t->window.tape, t->tile_total);
        tile_window_give_back(&t->window, gradient);
    }
}

static double tiles_content(const Losses *losses, int layer) {
    return ((const TileLosses *)losses)->content[layer].loss;
}

static double tiles_style(const Losses *losses, int layer) {
    return (double)node_scalar(((const TileLosses *)losses)->style[layer].loss);
}

static size_t tiles_bytes(const Losses *losses) {
    const TileLosses *t = (const TileLosses *)losses;
    return tape_bytes(losses->tape) + tape_bytes(t->window.tape) + tape_bytes(t->grams);
}

static void tiles_free(Losses *losses) {
    TileLosses *t = (TileLosses *)losses;
    tile_window_free(&t->window);
    tape_free(t->grams);
    tape_free(losses->tape);
}

static const LossesKind tiles = {.forward = tiles_forward,
                                 .backward = tiles_backward,
                                 .content = tiles_content,
                                 .style = tiles_style,
                                 .bytes = tiles_bytes,
                                 .free = tiles_free};

Losses *tile_losses_new(const LossesSetup *setup, Tensor image, Error *err) {
    TileLosses *t = ARENA_NEW(setup->arena, TileLosses, 1);
    Targets *targets = ARENA_NEW(setup->arena, Targets, 1);
    t->recipe = setup->recipe;
    if (!tile_targets(targets, setup, err)) return NULL;
    losses_init(&t->losses, &tiles, setup, image);
    t->losses.target_bytes = targets->bytes;
    record_tv(t, setup);
    if (!record_window(t, setup, targets, err)) {
        tiles_free(&t->losses);
        return NULL;
    }
    if (!tape_is_sketch(t->losses.tape)) sum_tiles(t);
    return &t->losses;
}
