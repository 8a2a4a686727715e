#include "transfer/tiles.h"

#include "autograd/ops.h"
#include "autograd/tape_plan.h"
#include "losses/ops.h"
#include "transfer/sum.h"
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

struct Tiles {
    const Recipe *recipe;
    const Scene *scene;
    const Targets *targets;
    Node *picture;
    Window window;
    Node *tile_total;  /* its gradient is the tile's part; NULL: no part has a weight */
    Tape *grams;       /* from the Gram matrices to style_total */
    Node *style_total; /* NULL: no style layer has a weight */
    int regions, region_of[STYLES_MOST]; /* styles without a mask share a region */
    ContentLayer content[LAYERS_MOST];
    StyleLayer style[LAYERS_MOST];
};

#define PARTS_MOST (STYLES_MOST * LAYERS_MOST)

/* All parts of Gram matrices, layer by layer, and where they are added up. */
static int list_parts(Tiles *t, Node **nodes, double **sums) {
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
static void record_content(Tiles *t, int i) {
    const WindowLayer *l = &t->window.layer[i];
    ContentLayer *c = &t->content[i];
    const Shape s = l->owned->shape;
    const bool sketch = tape_is_sketch(t->window.tape);
    Node *box = tape_constant(t->window.tape, l->within);
    c->target = t->targets->content[i];
    Node *whole = tape_constant(t->window.tape, c->target);
    double factor = content_factor(t->recipe->content.form, shape_size(l->whole),
                                   sketch ? 1 : squares_of(c->target));
    c->part = ag_content_part(l->owned, ag_crop(whole, box, (Crop){s.h, s.w}),
                              t->recipe->content.form, factor);
    node_label(c->part, "content %s", l->layer->name);
}

/* The parts of Gram matrices: one region for all styles without a mask, and one for each
 * mask. */
static void record_regions(Tiles *t, Arena *arena) {
    const int content = t->recipe->content.layers.count,
              count = t->recipe->style.layers.count;
    int everywhere = -1;
    for (int s = 0; s < t->scene->styles; s++) {
        const Tensor mask = t->scene->style[s].mask;
        Node *parts[LAYERS_MOST];
        t->region_of[s] = !mask.data && everywhere >= 0 ? everywhere : t->regions;
        if (t->region_of[s] == everywhere) continue;
        if (!mask.data) everywhere = t->regions;
        tile_summaries(&t->window, arena, t->recipe->style.form, content, count, mask,
                       parts);
        for (int i = 0; i < count; i++)
            t->style[i].region[t->regions].part = parts[i];
        t->regions++;
    }
}

/* From the Gram matrices of the whole picture to the loss of one layer. */
static void record_layer(Tiles *t, Arena *arena, int i) {
    StyleLayer *l = &t->style[i];
    const Shape summary = l->region[0].part->shape;
    const Shape features = t->window.layer[t->recipe->content.layers.count + i].whole;
    Node *losses[STYLES_MOST];
    for (int r = 0; r < t->regions; r++) {
        l->region[r].gram = tape_variable(t->grams, tensor_alloc(arena, summary));
        l->region[r].sum = ARENA_NEW(arena, double, shape_size(summary));
    }
    for (int s = 0; s < t->scene->styles; s++)
        losses[s] = ag_gram_loss(l->region[t->region_of[s]].gram,
                                 tape_constant(t->grams, t->targets->style[s][i]),
                                 t->recipe->style.form, features, t->picture->shape);
    l->loss = sum_styles(t->scene, losses);
}

static void record_style(Tiles *t, Arena *arena) {
    const Recipe *r = t->recipe;
    Sum sum = {0};
    t->grams = tape_new();
    for (int i = 0; i < r->style.layers.count; i++) {
        record_layer(t, arena, i);
        sum_add(&sum, t->style[i].loss, r->style.weight * r->style.layers.item[i].weight);
    }
    t->style_total = sum_record(&sum);
}

/* The node from which backward starts in each tile. The factors S of the parts of G are
 * read from the gradients of the other tape. */
static void record_tile_total(Tiles *t) {
    const Recipe *r = t->recipe;
    Sum sum = {0};
    for (int i = 0; i < r->content.layers.count; i++)
        sum_add(&sum, t->content[i].part,
                r->content.weight * r->content.layers.item[i].weight);
    for (int i = 0; i < r->style.layers.count; i++) {
        if (r->style.weight * r->style.layers.item[i].weight == 0) continue;
        for (int k = 0; k < t->regions; k++) {
            const Region *g = &t->style[i].region[k];
            Node *s =
                tape_constant(t->window.tape, (Tensor){g->gram->shape, g->gram->grad});
            sum_add(&sum, ag_sum(ag_mul(s, g->part)), 1);
        }
    }
    t->tile_total = sum_record(&sum);
}

static bool record_window(Tiles *t, Arena *arena, Network *network, Error *err) {
    const Recipe *r = t->recipe;
    const int content = r->content.layers.count, style = r->style.layers.count;
    const bool sketch = tape_is_sketch(t->picture->tape);
    const char *names[2 * LAYERS_MOST];
    Node *parts[PARTS_MOST];
    double *sums[PARTS_MOST];
    layers_names(&r->content.layers, names);
    layers_names(&r->style.layers, names + content);
    if (!window_init(&t->window, sketch ? tape_new_sketch() : tape_new_planned(), arena,
                     r, network, t->picture->shape, names, content + style,
                     r->pixels.space, true, err))
        return false;
    for (int i = 0; i < content; i++)
        record_content(t, i);
    record_regions(t, arena);
    record_style(t, arena);
    record_tile_total(t);
    const int count = list_parts(t, parts, sums);
    (r->run.recompute ? tape_plan_recompute : tape_plan)(t->window.tape, t->tile_total,
                                                         count, parts);
    return true;
}

Tiles *tiles_new(Arena *arena, const Recipe *recipe, Network *network, const Scene *scene,
                 const Targets *targets, Node *picture, Error *err) {
    Tiles *t = ARENA_NEW(arena, Tiles, 1);
    Scene *own = ARENA_NEW(arena, Scene, 1);
    *own = *scene;
    *t = (Tiles){.recipe = recipe, .scene = own, .targets = targets, .picture = picture};
    return record_window(t, arena, network, err) ? t : NULL;
}

void tiles_free(Tiles *t) {
    if (!t) return;
    window_free(&t->window);
    tape_free(t->grams);
}

size_t tiles_bytes(const Tiles *t) {
    return tape_bytes(t->window.tape) + tape_bytes(t->grams);
}

void tiles_forward(Tiles *t) {
    const Recipe *r = t->recipe;
    Node *nodes[PARTS_MOST + LAYERS_MOST];
    double *sums[PARTS_MOST + LAYERS_MOST];
    int count = list_parts(t, nodes, sums);
    for (int i = 0; i < r->content.layers.count; i++) {
        nodes[count] = t->content[i].part;
        sums[count++] = &t->content[i].loss;
    }
    window_sum(&t->window, node_tensor(t->picture), count, nodes, sums);
    for (int i = 0; i < r->style.layers.count; i++)
        for (int k = 0; k < t->regions; k++)
            style_summary_store(r->style.form, node_tensor(t->style[i].region[k].gram),
                                t->style[i].region[k].sum);
    tape_forward(t->grams);
}

void tiles_backward(Tiles *t) {
    const Tensor gradient = {t->picture->shape, t->picture->grad};
    if (!t->tile_total) return;
    if (t->style_total) tape_backward(t->grams, t->style_total);
    for (int tile = 0; tile < t->window.tiling.count; tile++) {
        window_move(&t->window, node_tensor(t->picture), tile);
        tape_forward(t->window.tape);
        tape_backward(t->window.tape, t->tile_total);
        window_give_back(&t->window, gradient);
    }
}

double tiles_content(const Tiles *t, int layer) {
    return t->content[layer].loss;
}

double tiles_style(const Tiles *t, int layer) {
    return (double)node_scalar(t->style[layer].loss);
}
