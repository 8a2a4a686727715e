#include "train/style_loss.h"

#include <string.h>

#include "autograd/node.h"
#include "autograd/ops.h"
#include "autograd/tape_plan.h"
#include "losses/content.h"
#include "losses/ops.h"
#include "losses/tv.h"
#include "nn/generator.h"
#include "tensor/check.h"

/* The features of RGB images at some layers. */
static bool record_features(Network *network, Tape *tape, Node *image,
                            const StyleLayers *layers, Node **out, Error *err) {
    Node *x = ag_normalize(image, network_normalize(network));
    return network_record(network, tape, x, layers->name, layers->count, out, err);
}

static Node *gram_of(Node *f) {
    return ag_gram(f, (Gram){.divisor = (double)f->shape.h * f->shape.w});
}

StyleTarget *style_target_new(Arena *arena, Network *network, Tensor painting,
                              const StyleLayers *content, const StyleLayers *style,
                              Error *err) {
    Node *f[STYLE_LAYERS];
    StyleTarget *target = ARENA_NEW(arena, StyleTarget, 1);
    *target = (StyleTarget){.content = *content, .style = *style};
    Tape *tape = tape_new_planned();
    const bool good =
        record_features(network, tape, tape_constant(tape, painting), style, f, err);
    if (good) {
        for (int l = 0; l < style->count; l++)
            f[l] = gram_of(f[l]);
        tape_plan(tape, NULL, style->count, f);
        for (int l = 0; l < style->count; l++)
            target->gram[l] = tape_keep(arena, f[l]);
    }
    tape_free(tape);
    return good ? target : NULL;
}

StyleBatch style_batch_new(Arena *arena, int n, int side, bool moved) {
    const StyleBatch batch = {.photos =
                                  tensor_alloc(arena, (Shape){n + moved, 3, side, side}),
                              .place = tensor_alloc(arena, (Shape){1, 1, 1, 4})};
    batch.place.data[2] = batch.place.data[3] = (real)(side - STYLE_MOVE);
    return batch;
}

static Node *images(Node *x, int start, int count) {
    return ag_slice(x, (Slice){.axis = 0, .start = start, .count = count});
}

/* Adds a term to a sum that begins as NULL. */
static Node *plus(Node *sum, Node *term, double weight) {
    term = ag_scale(term, (Scale){weight});
    return sum ? ag_add(sum, term) : term;
}

static double sum_of_weights(const StyleLayers *layers) {
    double sum = 0;
    for (int l = 0; l < layers->count; l++)
        sum += layers->weight[l];
    return sum;
}

static Node *content_term(const StyleLayers *layers, Node *const *painted,
                          Node *const *photo) {
    Node *sum = NULL;
    for (int l = 0; l < layers->count; l++)
        sum = plus(sum, ag_content_loss(painted[l], photo[l], CONTENT_RELATIVE),
                   layers->weight[l] / sum_of_weights(layers));
    return sum;
}

/* The target of n pictures is n times that of one, so the relative distance is the mean
 * of theirs. */
static Node *style_term(Arena *arena, const StyleTarget *target, Node *const *painted) {
    const StyleLayers *layers = &target->style;
    Node *sum = NULL;
    for (int l = 0; l < layers->count; l++) {
        Node *g = gram_of(painted[l]);
        const size_t size = shape_size(target->gram[l].shape);
        Tensor copies = tensor_alloc(arena, g->shape);
        for (int i = 0; i < g->shape.n; i++)
            memcpy(copies.data + (size_t)i * size, target->gram[l].data,
                   size * sizeof(real));
        Node *a = tape_constant(g->tape, copies);
        sum = plus(sum, ag_relative_distance(g, a),
                   layers->weight[l] / sum_of_weights(layers));
    }
    return sum;
}

/* d = (y' - x') - (y - x) where both show the same. */
static Node *stability_term(Arena *arena, Tape *tape, Node *x, Node *y,
                            const StyleBatch *batch) {
    const int last = x->shape.n - 1, side = x->shape.h - STYLE_MOVE;
    const Crop shown = {.h = side, .w = side};
    Node *change = ag_sub(y, x);
    Node *place = tape_constant(tape, batch->place);
    Tensor corner = tensor_alloc(arena, (Shape){1, 1, 1, 4});
    corner.data[2] = corner.data[3] = (real)side;
    Node *first = ag_crop(images(change, 0, 1), place, shown);
    Node *moved = ag_crop(images(change, last, 1), tape_constant(tape, corner), shown);
    return ag_squared_distance(
        moved, first, (SquaredDistance){.factor = 1 / (double)shape_size(first->shape)});
}

/* The features of what is painted and of the photographs, of which only the latter need
 * no gradient. */
static bool record_terms(Arena *arena, Tape *tape, Network *network,
                         const StyleTarget *target, Node *x, Node *y, StyleLoss *out,
                         Error *err) {
    Node *f[2 * STYLE_LAYERS], *p[STYLE_LAYERS];
    const int styles = target->style.count, contents = target->content.count;
    const char *name[2 * STYLE_LAYERS];
    memcpy(name, target->style.name, (size_t)styles * sizeof *name);
    memcpy(name + styles, target->content.name, (size_t)contents * sizeof *name);
    Node *painted = ag_normalize(y, network_normalize(network));
    if (!network_record(network, tape, painted, name, styles + contents, f, err) ||
        !record_features(network, tape, x, &target->content, p, err))
        return false;
    out->style = style_term(arena, target, f);
    out->content = content_term(&target->content, f + styles, p);
    out->tv = ag_tv_loss(y, TV_MEANS);
    return true;
}

bool style_loss_record(Arena *arena, Tape *tape, Network *generator, Network *network,
                       const StyleTarget *target, const StyleBatch *batch,
                       StyleWeights weights, StyleLoss *out, Error *err) {
    const bool moved = weights.stability > 0;
    Node *x = tape_constant(tape, batch->photos);
    const int n = x->shape.n - moved;
    CHECK(n >= 1, "style_loss: a batch %s", SHAPE(x->shape));
    *out = (StyleLoss){0};
    network_trainable(generator, true);
    if (!generator_record(generator, tape, x, &out->picture, err)) return false;
    Node *y = out->picture;
    if (!record_terms(arena, tape, network, target, moved ? images(x, 0, n) : x,
                      moved ? images(y, 0, n) : y, out, err))
        return false;
    out->total = plus(NULL, out->content, weights.content);
    out->total = plus(out->total, out->style, weights.style);
    out->total = plus(out->total, out->tv, weights.tv);
    if (moved) {
        out->stability = stability_term(arena, tape, x, y, batch);
        out->total = plus(out->total, out->stability, weights.stability);
    }
    return true;
}
