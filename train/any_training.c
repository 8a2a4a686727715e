#include "train/any_training.h"

#include <math.h>
#include <string.h>

#include "autograd/node.h"
#include "autograd/tape_plan.h"

/* By how many doublings colours of paintings are moved from grey. */
#define SATURATION_LEAST (-0.5)
#define SATURATION_MOST 1.0

struct AnyTraining {
    Updates updates;
    Arena *stage; /* for squares of one side */
    Decoder *decoder;
    Network *network;
    const Crops *photos, *styles;
    Tensor images; /* photographs, then paintings */
    Tape *look, *paint;
    MannerNodes seen; /* of the images */
    Manner *mixed;    /* what each photograph is painted in */
    MannerMap *map;   /* of one photograph */
    AnyBatch batch;
    Node *picture;
};

int any_training_side(const StyleSettings *settings, int step) {
    return updates_side(settings, step) / DECODER_STEP * DECODER_STEP;
}

static bool record_look(AnyTraining *t, Tape *tape, Error *err) {
    Node *kept[MANNER_NODES];
    t->look = tape;
    if (!manner_record(t->network, t->look, tape_constant(t->look, t->images), &t->seen,
                       err))
        return false;
    manner_kept(&t->seen, kept);
    tape_plan(t->look, NULL, MANNER_NODES, kept);
    return true;
}

/* The loss of squares of this side. */
static bool record_paint(AnyTraining *t, Tape *tape, int side, Error *err) {
    AnyLoss loss;
    t->paint = tape;
    if (!any_loss_record(t->paint, t->decoder, t->network, &t->batch,
                         t->updates.settings.weights, &loss, err))
        return false;
    tape_plan(t->paint, loss.total, 1, &loss.picture);
    t->picture = loss.picture;
    updates_record(&t->updates, tape, side,
                   (StyleNodes){.total = loss.total,
                                .content = loss.content,
                                .style = loss.style,
                                .tv = loss.tv});
    return true;
}

/* All that squares of this side need, in t->stage. */
static void alloc(AnyTraining *t, int side) {
    const int n = t->updates.settings.batch;
    t->images = tensor_alloc(t->stage, (Shape){2 * n, 3, side, side});
    t->batch = any_batch_new(t->stage, n, side);
    t->map = ARENA_NEW(t->stage, MannerMap, 1);
    t->mixed = ARENA_NEW(t->stage, Manner, (size_t)n);
    for (int i = 0; i < n; i++)
        t->mixed[i] = manner_new(t->stage);
}

static bool change_side(AnyTraining *t, int side, Error *err) {
    tape_free(t->look);
    tape_free(t->paint);
    arena_free(t->stage);
    t->look = t->paint = NULL;
    t->stage = arena_new();
    alloc(t, side);
    return record_look(t, tape_new_planned(), err) &&
           record_paint(t, tape_new_planned(), side, err);
}

bool any_training_forecast(Decoder *decoder, Network *network, StyleSettings settings,
                           size_t *bytes, Error *err) {
    AnyTraining sketch = {.stage = arena_new_sketch(),
                          .decoder = decoder,
                          .network = network,
                          .updates = updates_new(&settings)};
    const int side = any_training_side(&settings, settings.steps - 1);
    decoder_trainable(decoder, true);
    alloc(&sketch, side);
    const bool good = record_look(&sketch, tape_new_sketch(), err) &&
                      record_paint(&sketch, tape_new_sketch(), side, err);
    if (good)
        *bytes =
            tape_bytes(sketch.look) + tape_bytes(sketch.paint) + arena_used(sketch.stage);
    any_training_free(&sketch);
    return good;
}

AnyTraining *any_training_new(Arena *arena, Decoder *decoder, Network *network,
                              const Crops *photos, const Crops *styles,
                              StyleSettings settings, Error *err) {
    AnyTraining *t = ARENA_NEW(arena, AnyTraining, 1);
    *t = (AnyTraining){.updates = updates_new(&settings),
                       .stage = arena_new(),
                       .decoder = decoder,
                       .network = network,
                       .photos = photos,
                       .styles = styles};
    network_trainable(network, false);
    decoder_random(decoder, settings.seed);
    decoder_trainable(decoder, true);
    const NamedTensors drawn = decoder_weights(decoder, arena);
    Parameters *p = &t->updates.parameters;
    *p = parameters_pack(arena, &drawn, 1);
    if (!decoder_load(decoder, &p->list[0], "the decoder", err) ||
        !change_side(t, any_training_side(&settings, 0), err)) {
        any_training_free(t);
        return NULL;
    }
    updates_begin(&t->updates, arena);
    return t;
}

void any_training_free(AnyTraining *t) {
    if (!t) return;
    tape_free(t->look);
    tape_free(t->paint);
    arena_free(t->stage);
}

/* The colours of an image (3,plane) in another order, one of six. */
static void exchange_colours(Rng *rng, size_t plane, real *x) {
    for (uint32_t i = 2; i > 0; i--) {
        real *a = x + rng_below(rng, i + 1) * plane, *b = x + i * plane;
        for (size_t k = 0; a != b && k < plane; k++) {
            const real old = a[k];
            a[k] = b[k];
            b[k] = old;
        }
    }
}

/* Colours further from grey, or nearer: clipped, as those of paint are. */
static void saturate(Rng *rng, size_t plane, real *x) {
    const double gain =
        exp2(SATURATION_LEAST + (SATURATION_MOST - SATURATION_LEAST) * rng_uniform(rng));
    for (size_t k = 0; k < plane; k++) {
        const double grey =
            ((double)x[k] + (double)x[plane + k] + (double)x[2 * plane + k]) / 3;
        for (size_t c = 0; c < 3; c++) {
            const double v = grey + gain * ((double)x[c * plane + k] - grey);
            x[c * plane + k] = (real)fmin(fmax(v, 0), 1);
        }
    }
}

static void draw_images(AnyTraining *t) {
    Tensor half = t->images;
    const int n = half.shape.n /= 2;
    const size_t plane = (size_t)t->updates.side * (size_t)t->updates.side;
    crops_draw(t->photos, &t->updates.rng, half);
    half.data += (size_t)n * 3 * plane;
    crops_draw(t->styles, &t->updates.rng, half);
    for (int i = 0; i < n; i++) {
        exchange_colours(&t->updates.rng, plane, half.data + (size_t)i * 3 * plane);
        saturate(&t->updates.rng, plane, half.data + (size_t)i * 3 * plane);
    }
}

/* The manner in which photograph i is to be painted. */
static void mix(AnyTraining *t, int i) {
    const int n = t->updates.settings.batch;
    const uint32_t way = rng_below(&t->updates.rng, 5);
    const double share = way < 3 ? 1 : rng_uniform(&t->updates.rng);
    const int other = way == 3 ? n + (i + 1) % n : i;
    manner_mix(t->mixed[i], 2,
               (Manner[]){manner_of(&t->seen, n + i), manner_of(&t->seen, other)},
               (double[]){share, 1 - share});
}

/* Image i of a tensor of several. */
static Tensor place(Tensor t, int i) {
    t.shape.n = 1;
    t.data += (size_t)i * shape_size(t.shape);
    return t;
}

static void fill_batch(AnyTraining *t) {
    const int n = t->updates.settings.batch;
    const Tensor features = node_tensor(t->seen.features);
    Tensor content = features;
    content.shape.n = n;
    tensor_copy(t->batch.content, content);
    for (int i = 0; i < n; i++) {
        const Manner *m = &t->mixed[i];
        const Manner photo = manner_of(&t->seen, i);
        manner_map(&photo, m, t->map);
        manner_apply(t->map, place(features, i), place(t->batch.features, i));
        manner_light(&photo, place(t->images, i), place(t->batch.light, i));
        manner_code(m, place(t->batch.code, i).data);
        manner_palette(m, place(t->batch.palette, i).data);
        for (int l = 0; l < MANNER_LAYERS; l++)
            tensor_copy(place(t->batch.gram[l], i), m->gram[l]);
    }
}

bool any_training_step(AnyTraining *t, Error *err) {
    Updates *u = &t->updates;
    const int side = any_training_side(&u->settings, u->done);
    if (side != u->side && !change_side(t, side, err)) return false;
    draw_images(t);
    tape_forward(t->look);
    for (int i = 0; i < u->settings.batch; i++)
        mix(t, i);
    fill_batch(t);
    return updates_step(u, err);
}

Updates *any_training_updates(AnyTraining *t) {
    return &t->updates;
}

Tensor any_training_pictures(const AnyTraining *t) {
    return node_tensor(t->picture);
}

Tensor any_training_images(const AnyTraining *t) {
    return t->images;
}
