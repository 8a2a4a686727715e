#include "transfer/tile_losses.h"

#include "autograd/ops.h"
#include "autograd/tape_plan.h"
#include "losses/ops.h"
#include "losses/total.h"
#include "transfer/tile_targets.h"

typedef struct ContentLayer {
    Tensor target; /* features of the whole photograph */
    Node *part;    /* the tile's part of the loss */
    double loss;
} ContentLayer;

/* A style layer under one mask, or under none. */
typedef struct Region {
    Node *part;  /* the tile's part of G / M, on the window's tape */
    Node *gram;  /* G / M of the whole picture: a variable on the other tape */
    double *sum; /* where parts are added up to G / M */
} Region;

typedef struct StyleLayer {
    Region region[STYLES_MOST];
    Node *loss; /* of all styles, with their blends */
} StyleLayer;

struct TileLosses {
    const Recipe *recipe;
    const Scene *scene;
    const Targets *targets;
    Node *picture;
    TileWindow window;
    Node *tile_total;  /* its gradient is the tile's part; NULL: no part has a weight */
    Tape *grams;       /* from the Gram matrices to style_total */
    Node *style_total; /* NULL: no style layer has a weight */
    int regions, region_of[STYLES_MOST]; /* styles without a mask share a region */
    ContentLayer content[LAYERS_MOST];
    StyleLayer style[LAYERS_MOST];
};

#define PARTS_MOST (STYLES_MOST * LAYERS_MOST)

/* All parts of Gram matrices, layer by layer, and where they are added up. */
static int list_parts(TileLosses *t, Node **nodes, double **sums) {
    int count = 0;
    for (int i = 0; i < t->recipe->style_layers.count; i++)
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
static void record_content(TileLosses *t, int i) {
    const TileWindowLayer *l = &t->window.layer[i];
    ContentLayer *c = &t->content[i];
    const Shape s = l->owned->shape;
    const bool sketch = tape_is_sketch(t->window.tape);
    Node *box = tape_constant(t->window.tape, l->within);
    c->target = t->targets->content[i];
    Node *whole = tape_constant(t->window.tape, c->target);
    double factor = content_factor(t->recipe->content_form, shape_size(l->whole),
                                   sketch ? 1 : squares_of(c->target));
    c->part = ag_content_part(l->owned, ag_crop(whole, box, (Crop){s.h, s.w}),
                              t->recipe->content_form, factor);
    node_label(c->part, "content %s", l->layer->name);
}

/* The parts of Gram matrices: one region for all styles without a mask, and one for each
 * mask. */
static void record_regions(TileLosses *t, Arena *arena) {
    const int content = t->recipe->content_layers.count,
              count = t->recipe->style_layers.count;
    int everywhere = -1;
    for (int s = 0; s < t->scene->styles; s++) {
        const Tensor mask = t->scene->style[s].mask;
        Node *parts[LAYERS_MOST];
        t->region_of[s] = !mask.data && everywhere >= 0 ? everywhere : t->regions;
        if (t->region_of[s] == everywhere) continue;
        if (!mask.data) everywhere = t->regions;
        tile_summaries(&t->window, arena, t->recipe->style_form, content, count, mask,
                       parts);
        for (int i = 0; i < count; i++)
            t->style[i].region[t->regions].part = parts[i];
        t->regions++;
    }
}

/* From the Gram matrices of the whole picture to the loss of one layer. */
static void record_layer(TileLosses *t, Arena *arena, int i) {
    StyleLayer *l = &t->style[i];
    const Shape summary = l->region[0].part->shape;
    const Shape features = t->window.layer[t->recipe->content_layers.count + i].whole;
    Node *losses[STYLES_MOST];
    for (int r = 0; r < t->regions; r++) {
        l->region[r].gram = tape_variable(t->grams, tensor_alloc(arena, summary));
        l->region[r].sum = ARENA_NEW(arena, double, shape_size(summary));
    }
    for (int s = 0; s < t->scene->styles; s++)
        losses[s] = ag_gram_loss(l->region[t->region_of[s]].gram,
                                 tape_constant(t->grams, t->targets->style[s][i]),
                                 t->recipe->style_form, features, t->picture->shape);
    l->loss = scene_style_loss(t->scene, losses);
}

static void record_style(TileLosses *t, Arena *arena) {
    const Recipe *r = t->recipe;
    t->grams = tape_new();
    for (int i = 0; i < r->style_layers.count; i++) {
        record_layer(t, arena, i);
        t->style_total = ag_add_term(t->style_total, t->style[i].loss,
                                     r->style_weight * r->style_layers.item[i].weight);
    }
}

/* The node from which backward starts in each tile. The factors S of the parts of G are
 * read from the gradients of the other tape. */
static void record_tile_total(TileLosses *t) {
    const Recipe *r = t->recipe;
    Node *total = NULL;
    for (int i = 0; i < r->content_layers.count; i++)
        total = ag_add_term(total, t->content[i].part,
                            r->content_weight * r->content_layers.item[i].weight);
    for (int i = 0; i < r->style_layers.count; i++) {
        if (r->style_weight * r->style_layers.item[i].weight == 0) continue;
        for (int k = 0; k < t->regions; k++) {
            const Region *g = &t->style[i].region[k];
            Node *s =
                tape_constant(t->window.tape, (Tensor){g->gram->shape, g->gram->grad});
            total = ag_add_term(total, ag_sum(ag_mul(s, g->part)), 1);
        }
    }
    t->tile_total = total;
}

static bool record_window(TileLosses *t, Arena *arena, Network *network, Error *err) {
    const Recipe *r = t->recipe;
    const int content = r->content_layers.count, style = r->style_layers.count;
    const bool sketch = tape_is_sketch(t->picture->tape);
    const char *names[2 * LAYERS_MOST];
    Node *parts[PARTS_MOST];
    double *sums[PARTS_MOST];
    layers_names(&r->content_layers, names);
    layers_names(&r->style_layers, names + content);
    if (!tile_window_init(&t->window, sketch ? tape_new_sketch() : tape_new_planned(),
                          arena, r, network, t->picture->shape, names, content + style,
                          r->space, true, err))
        return false;
    for (int i = 0; i < content; i++)
        record_content(t, i);
    record_regions(t, arena);
    record_style(t, arena);
    record_tile_total(t);
    const int count = list_parts(t, parts, sums);
    (r->recompute ? tape_plan_recompute : tape_plan)(t->window.tape, t->tile_total, count,
                                                     parts);
    return true;
}

TileLosses *tile_losses_new(Arena *arena, const Recipe *recipe, Network *network,
                            const Scene *scene, const Targets *targets, Node *picture,
                            Error *err) {
    TileLosses *t = ARENA_NEW(arena, TileLosses, 1);
    Scene *own = ARENA_NEW(arena, Scene, 1);
    *own = *scene;
    *t = (TileLosses){
        .recipe = recipe, .scene = own, .targets = targets, .picture = picture};
    return record_window(t, arena, network, err) ? t : NULL;
}

void tile_losses_free(TileLosses *t) {
    if (!t) return;
    tile_window_free(&t->window);
    tape_free(t->grams);
}

size_t tile_losses_bytes(const TileLosses *t) {
    return tape_bytes(t->window.tape) + tape_bytes(t->grams);
}

void tile_losses_forward(TileLosses *t) {
    const Recipe *r = t->recipe;
    Node *nodes[PARTS_MOST + LAYERS_MOST];
    double *sums[PARTS_MOST + LAYERS_MOST];
    int count = list_parts(t, nodes, sums);
    for (int i = 0; i < r->content_layers.count; i++) {
        nodes[count] = t->content[i].part;
        sums[count++] = &t->content[i].loss;
    }
    tile_window_sum(&t->window, node_tensor(t->picture), count, nodes, sums);
    for (int i = 0; i < r->style_layers.count; i++)
        for (int k = 0; k < t->regions; k++)
            style_summary_store(r->style_form, node_tensor(t->style[i].region[k].gram),
                                t->style[i].region[k].sum);
    tape_forward(t->grams);
}

void tile_losses_backward(TileLosses *t) {
    const Tensor gradient = {t->picture->shape, t->picture->grad};
    if (!t->tile_total) return;
    if (t->style_total) tape_backward(t->grams, t->style_total);
    for (int tile = 0; tile < t->window.grid.count; tile++) {
        tile_window_move(&t->window, node_tensor(t->picture), tile);
        tape_forward(t->window.tape);
        tape_backward(t->window.tape, t->tile_total);
        tile_window_give_back(&t->window, gradient);
    }
}

double tile_losses_content(const TileLosses *t, int layer) {
    return t->content[layer].loss;
}

double tile_losses_style(const TileLosses *t, int layer) {
    return (double)node_scalar(t->style[layer].loss);
}
