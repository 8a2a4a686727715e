#include "transfer/tiles.h"

#include "autograd/ops.h"
#include "losses/ops.h"
#include "transfer/sum.h"
#include "transfer/window.h"

typedef struct ContentLayer {
    Tensor target; /* features of the whole photograph */
    Node *part;    /* the tile's part of the loss */
    double loss;
} ContentLayer;

typedef struct StyleLayer {
    Tensor target; /* A / M' of the whole painting, see style.h */
    Node *part;    /* the tile's part of G / M, on the window's tape */
    Node *gram;    /* G / M of the whole picture: a variable on the other tape */
    Node *loss;
    double *sum; /* where parts are added up to G / M */
} StyleLayer;

struct Tiles {
    const Recipe *recipe;
    Node *picture;
    Window window;
    Node *tile_total;  /* its gradient is the tile's part; NULL: no part has a weight */
    Tape *grams;       /* from the Gram matrices to style_total */
    Node *style_total; /* NULL: no style layer has a weight */
    ContentLayer content[LAYERS_MOST];
    StyleLayer style[LAYERS_MOST];
};

static double positions(Shape features) {
    return (double)features.h * features.w;
}

/* The parts of the Gram matrices (or moments) of layers first, first + 1, ... of a
 * window: divided by the positions of the whole picture, they add up to its summary. */
static void record_grams(const Window *window, StyleForm form, int first, int count,
                         Node **parts) {
    for (int i = 0; i < count; i++) {
        const WindowLayer *l = &window->layer[first + i];
        parts[i] = ag_style_summary(l->owned, form, positions(l->whole));
        node_label(parts[i], "gram %s", l->layer->name);
    }
}

static bool content_targets(Tiles *t, Arena *arena, Network *network, Tensor content,
                            Error *err) {
    const LayerList *layers = &t->recipe->content_layers;
    const char *names[LAYERS_MOST];
    Node *owned[LAYERS_MOST];
    Window w;
    layers_names(layers, names);
    if (!window_init(&w, arena, t->recipe, network, content.shape, names, layers->count,
                     SPACE_UNIT, false, err))
        return false;
    for (int i = 0; i < layers->count; i++) {
        owned[i] = w.layer[i].owned;
        t->content[i].target = tensor_alloc(arena, w.layer[i].whole);
    }
    tape_plan(w.tape, NULL, layers->count, owned);
    for (int tile = 0; tile < w.tiling.count; tile++) {
        window_move(&w, content, tile);
        tape_forward(w.tape);
        for (int i = 0; i < layers->count; i++)
            window_paste(&w, i, t->content[i].target);
    }
    window_free(&w);
    return true;
}

/* Adds up `parts` on the window's tape over all tiles into the sums of the style layers;
 * with `content` also the content losses. */
static void add_up(Tiles *t, Window *w, Tensor picture, Node *const *parts,
                   bool content) {
    Node *nodes[2 * LAYERS_MOST];
    double *sums[2 * LAYERS_MOST];
    int count = 0;
    for (int i = 0; i < t->recipe->style_layers.count; i++) {
        nodes[count] = parts[i];
        sums[count++] = t->style[i].sum;
    }
    for (int i = 0; content && i < t->recipe->content_layers.count; i++) {
        nodes[count] = t->content[i].part;
        sums[count++] = &t->content[i].loss;
    }
    window_sum(w, picture, count, nodes, sums);
}

static void copy_sum(Tensor to, const double *sum) {
    size_t size = shape_size(to.shape);
    for (size_t i = 0; i < size; i++)
        to.data[i] = (real)sum[i];
}

static bool style_targets(Tiles *t, Arena *arena, Network *network, Tensor style,
                          Error *err) {
    const LayerList *layers = &t->recipe->style_layers;
    const char *names[LAYERS_MOST];
    Node *parts[LAYERS_MOST];
    Window w;
    layers_names(layers, names);
    if (!window_init(&w, arena, t->recipe, network, style.shape, names, layers->count,
                     SPACE_UNIT, false, err))
        return false;
    record_grams(&w, t->recipe->style_form, 0, layers->count, parts);
    for (int i = 0; i < layers->count; i++) {
        StyleLayer *l = &t->style[i];
        l->target = tensor_alloc(arena, parts[i]->shape);
        l->sum = ARENA_NEW(arena, double, shape_size(parts[i]->shape));
    }
    tape_plan(w.tape, NULL, layers->count, parts);
    add_up(t, &w, style, parts, false);
    for (int i = 0; i < layers->count; i++)
        copy_sum(t->style[i].target, t->style[i].sum);
    window_free(&w);
    return true;
}

static double squares_of(Tensor x) {
    double sum = 0;
    size_t size = shape_size(x.shape);
    for (size_t i = 0; i < size; i++)
        sum += (double)x.data[i] * (double)x.data[i];
    return sum;
}

/* The part of content layer i: k sum (f - p)^2 over what the tile owns; where it owns
 * less than others, both are 0. */
static void record_content(Tiles *t, int i) {
    const WindowLayer *l = &t->window.layer[i];
    ContentLayer *c = &t->content[i];
    Shape s = l->owned->shape;
    Node *box = tape_constant(t->window.tape, l->within);
    Node *whole = tape_constant(t->window.tape, c->target);
    double factor = content_factor(t->recipe->content_form, shape_size(l->whole),
                                   squares_of(c->target));
    c->part = ag_squared_distance(l->owned, ag_crop(whole, box, (Crop){s.h, s.w}),
                                  (SquaredDistance){factor});
    node_label(c->part, "content %s", l->layer->name);
}

/* From the Gram matrices of the whole picture to the style loss. */
static void record_style(Tiles *t, Arena *arena) {
    const Recipe *r = t->recipe;
    Sum sum = {0};
    t->grams = tape_new();
    for (int i = 0; i < r->style_layers.count; i++) {
        StyleLayer *l = &t->style[i];
        Shape features = t->window.layer[r->content_layers.count + i].whole;
        l->gram = tape_variable(t->grams, tensor_alloc(arena, l->target.shape));
        l->loss = ag_gram_loss(l->gram, tape_constant(t->grams, l->target), r->style_form,
                               features, t->picture->shape);
        sum_add(&sum, l->loss, r->style_weight * r->style_layers.item[i].weight);
    }
    t->style_total = sum_record(&sum);
}

/* What backward starts from in each tile. The factors S of the parts of G are read where
 * backward on the other tape leaves them. */
static void record_tile_total(Tiles *t) {
    const Recipe *r = t->recipe;
    Sum sum = {0};
    for (int i = 0; i < r->content_layers.count; i++)
        sum_add(&sum, t->content[i].part,
                r->content_weight * r->content_layers.item[i].weight);
    for (int i = 0; i < r->style_layers.count; i++) {
        if (r->style_weight * r->style_layers.item[i].weight == 0) continue;
        const StyleLayer *l = &t->style[i];
        Node *s = tape_constant(t->window.tape, (Tensor){l->gram->shape, l->gram->grad});
        sum_add(&sum, ag_sum(ag_mul(s, l->part)), 1);
    }
    t->tile_total = sum_record(&sum);
}

static bool record_window(Tiles *t, Arena *arena, Network *network, Error *err) {
    const Recipe *r = t->recipe;
    const int content = r->content_layers.count, style = r->style_layers.count;
    const char *names[2 * LAYERS_MOST];
    Node *parts[LAYERS_MOST];
    layers_names(&r->content_layers, names);
    layers_names(&r->style_layers, names + content);
    if (!window_init(&t->window, arena, r, network, t->picture->shape, names,
                     content + style, r->space, true, err))
        return false;
    for (int i = 0; i < content; i++)
        record_content(t, i);
    record_grams(&t->window, r->style_form, content, style, parts);
    for (int i = 0; i < style; i++)
        t->style[i].part = parts[i];
    record_style(t, arena);
    record_tile_total(t);
    (r->recompute ? tape_plan_recompute : tape_plan)(t->window.tape, t->tile_total, style,
                                                     parts);
    return true;
}

Tiles *tiles_new(Arena *arena, const Recipe *recipe, Network *network, Tensor content,
                 Tensor style, Node *picture, Error *err) {
    Tiles *t = ARENA_NEW(arena, Tiles, 1);
    *t = (Tiles){.recipe = recipe, .picture = picture};
    return content_targets(t, arena, network, content, err) &&
                   style_targets(t, arena, network, style, err) &&
                   record_window(t, arena, network, err)
               ? t
               : NULL;
}

void tiles_free(Tiles *t) {
    if (!t) return;
    window_free(&t->window);
    tape_free(t->grams);
}

void tiles_forward(Tiles *t) {
    const int style = t->recipe->style_layers.count;
    Node *parts[LAYERS_MOST];
    for (int i = 0; i < style; i++)
        parts[i] = t->style[i].part;
    add_up(t, &t->window, node_tensor(t->picture), parts, true);
    for (int i = 0; i < style; i++)
        copy_sum(node_tensor(t->style[i].gram), t->style[i].sum);
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
