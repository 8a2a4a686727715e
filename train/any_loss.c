#include "train/any_loss.h"

#include "autograd/node.h"
#include "autograd/ops.h"
#include "losses/content.h"
#include "losses/ops.h"
#include "losses/tv.h"

AnyBatch any_batch_new(Arena *arena, int n, int side) {
    const Manner m = manner_new(arena);
    AnyBatch batch = {
        .features = tensor_alloc(arena, (Shape){n, DECODER_READS, side / 4, side / 4}),
        .light = tensor_alloc(arena,
                              (Shape){n, 1, side / DECODER_LIGHT, side / DECODER_LIGHT}),
        .code = tensor_alloc(arena, (Shape){n, DECODER_CODE, 1, 1}),
        .palette = tensor_alloc(arena, (Shape){n, 1, 3, 4}),
        .content = tensor_alloc(
            arena, (Shape){n, m.mean[MANNER_AT].shape.c, side / 4, side / 4})};
    for (int l = 0; l < MANNER_LAYERS; l++) {
        Shape shape = m.gram[l].shape;
        shape.n = n;
        batch.gram[l] = tensor_alloc(arena, shape);
    }
    return batch;
}

static Node *image(Node *x, int i) {
    return ag_slice(x, (Slice){.axis = 0, .start = i, .count = 1});
}

/* The mean of the relative distances of all images and layers. */
static Node *style_term(Node *const *painted, const AnyBatch *batch) {
    Node *sum = NULL;
    const int n = batch->code.shape.n;
    for (int l = 0; l < MANNER_LAYERS; l++) {
        const Shape f = painted[l]->shape;
        Node *g = ag_gram(painted[l], (Gram){.divisor = (double)f.h * f.w});
        Node *a = tape_constant(g->tape, batch->gram[l]);
        for (int i = 0; i < n; i++) {
            Node *term = ag_relative_distance(image(g, i), image(a, i));
            sum = sum ? ag_add(sum, term) : term;
        }
    }
    return ag_scale(sum, (Scale){1.0 / (MANNER_LAYERS * n)});
}

bool any_loss_record(Tape *tape, const Decoder *decoder, Network *network,
                     const AnyBatch *batch, StyleWeights weights, AnyLoss *out,
                     Error *err) {
    Node *f[MANNER_LAYERS];
    Node *features = tape_constant(tape, batch->features);
    Node *light = decoder_light(decoder) > 0 ? tape_constant(tape, batch->light) : NULL;
    Node *code = tape_constant(tape, batch->code);
    Node *palette = tape_constant(tape, batch->palette);
    out->picture = decoder_record(decoder, tape, features, light, code, palette);
    Node *x = ag_normalize(out->picture, network_normalize(network));
    if (!network_record(network, tape, x, manner_layers, MANNER_LAYERS, f, err))
        return false;
    out->style = style_term(f, batch);
    out->content = ag_content_loss(f[MANNER_AT], tape_constant(tape, batch->content),
                                   CONTENT_RELATIVE);
    out->tv = ag_tv_loss(out->picture, TV_MEANS);
    out->total = ag_add(ag_scale(out->content, (Scale){weights.content}),
                        ag_add(ag_scale(out->style, (Scale){weights.style}),
                               ag_scale(out->tv, (Scale){weights.tv})));
    return true;
}
