#include "train/style_training.h"

#include <string.h>

#include "autograd/tape_plan.h"
#include "nn/generator.h"

#define NOISE 0.02 /* the deviation of that of x', of the range of RGB */

struct StyleTraining {
    Updates updates;
    Arena *arena, *stage; /* for always, and for squares of one side */
    Network *generator, *network;
    const StyleTarget *target;
    const Crops *crops;
    StyleBatch batch;
    Tensor
        wide; /* (1,3,side + STYLE_MOVE,side + STYLE_MOVE): what x and x' are cut from */
    Tape *tape;
};

/* Random weights, packed into one vector: recording draws them. */
static bool draw_parameters(StyleTraining *t, Error *err) {
    const StyleSettings *s = &t->updates.settings;
    Node *picture;
    network_random(t->generator, s->seed);
    Tape *tape = tape_new_planned();
    Tensor x = tensor_alloc(t->stage, (Shape){1, 3, s->first, s->first});
    const bool good =
        generator_record(t->generator, tape, tape_constant(tape, x), &picture, err);
    tape_free(tape);
    if (!good) return false;
    const NamedTensors drawn = network_weights(t->generator, t->arena);
    Parameters *p = &t->updates.parameters;
    *p = parameters_pack(t->arena, &drawn, 1);
    return network_load(t->generator, &p->list[0], "the generator", NULL, 0, err);
}

/* Records the loss of squares of this side. */
static bool begin_side(StyleTraining *t, Tape *tape, int side, Error *err) {
    StyleLoss loss;
    const StyleSettings *s = &t->updates.settings;
    t->tape = tape;
    t->batch = style_batch_new(t->stage, s->batch, side, s->weights.stability > 0);
    t->wide = tensor_alloc(t->stage, (Shape){1, 3, side + STYLE_MOVE, side + STYLE_MOVE});
    if (!style_loss_record(t->stage, tape, t->generator, t->network, t->target, &t->batch,
                           s->weights, &loss, err))
        return false;
    tape_plan(tape, loss.total, 0, NULL);
    updates_record(&t->updates, tape, side,
                   (StyleNodes){.total = loss.total,
                                .content = loss.content,
                                .style = loss.style,
                                .tv = loss.tv,
                                .stability = loss.stability});
    return true;
}

static bool change_side(StyleTraining *t, int side, Error *err) {
    tape_free(t->tape);
    arena_free(t->stage);
    t->tape = NULL;
    t->stage = arena_new();
    return begin_side(t, tape_new_planned(), side, err);
}

static StyleTraining *begin(Arena *arena, Network *generator, Network *network,
                            const StyleTarget *target, StyleSettings settings) {
    StyleTraining *t = ARENA_NEW(arena, StyleTraining, 1);
    *t = (StyleTraining){.updates = updates_new(&settings),
                         .arena = arena,
                         .generator = generator,
                         .network = network,
                         .target = target};
    network_trainable(network, false);
    return t;
}

StyleTraining *style_training_new(Arena *arena, Network *generator, Network *network,
                                  const StyleTarget *target, const Crops *crops,
                                  StyleSettings settings, Error *err) {
    StyleTraining *t = begin(arena, generator, network, target, settings);
    t->crops = crops;
    t->stage = arena_new();
    if (!draw_parameters(t, err) || !change_side(t, settings.first, err)) {
        style_training_free(t);
        return NULL;
    }
    updates_begin(&t->updates, arena);
    return t;
}

void style_training_free(StyleTraining *t) {
    if (!t) return;
    tape_free(t->tape);
    arena_free(t->stage);
}

bool style_training_forecast(Network *generator, Network *network,
                             const StyleTarget *target, StyleSettings settings,
                             size_t *bytes, Error *err) {
    Arena *arena = arena_new_sketch();
    StyleTraining *t = begin(arena, generator, network, target, settings);
    t->stage = arena_new_sketch();
    const int side = settings.first > settings.last ? settings.first : settings.last;
    const bool good =
        draw_parameters(t, err) && begin_side(t, tape_new_sketch(), side, err);
    if (good)
        *bytes = arena_used(arena) + arena_used(t->stage) + tape_bytes(t->tape) +
                 2 * t->updates.parameters.size * sizeof(real);
    style_training_free(t);
    arena_free(arena);
    return good;
}

/* Copies a window of the wide square to an image of the batch. */
static void window(const StyleTraining *t, int top, int left, int image) {
    const size_t side = (size_t)t->updates.side, wide = side + STYLE_MOVE;
    real *to = t->batch.photos.data + (size_t)image * 3 * side * side;
    for (size_t c = 0; c < 3; c++)
        for (size_t i = 0; i < side; i++, to += side)
            memcpy(to, t->wide.data + (c * wide + (size_t)top + i) * wide + (size_t)left,
                   side * sizeof *to);
}

/* x' shows what x shows from (down, right) on. */
static void draw_moved(StyleTraining *t) {
    const int last = t->batch.photos.shape.n - 1;
    const size_t size = 3 * (size_t)t->updates.side * (size_t)t->updates.side;
    crops_draw(t->crops, &t->updates.rng, t->wide);
    const int down = (int)rng_below(&t->updates.rng, STYLE_MOVE + 1);
    const int right = (int)rng_below(&t->updates.rng, STYLE_MOVE + 1);
    window(t, 0, 0, 0);
    window(t, down, right, last);
    t->batch.place.data[0] = (real)down;
    t->batch.place.data[1] = (real)right;
    real *x = t->batch.photos.data + (size_t)last * size;
    for (size_t i = 0; i < size; i++)
        x[i] += (real)(NOISE * rng_normal(&t->updates.rng));
}

static void draw(StyleTraining *t) {
    Tensor photos = t->batch.photos;
    photos.shape.n = t->updates.settings.batch;
    crops_draw(t->crops, &t->updates.rng, photos);
    if (t->updates.settings.weights.stability > 0) draw_moved(t);
}

bool style_training_step(StyleTraining *t, Error *err) {
    Updates *u = &t->updates;
    const int side = updates_side(&u->settings, u->done);
    if (side != u->side && !change_side(t, side, err)) return false;
    draw(t);
    return updates_step(u, err);
}

Updates *style_training_updates(StyleTraining *t) {
    return &t->updates;
}

Tensor style_training_paint(StyleTraining *t, Arena *arena, Tensor photo, Error *err) {
    Node *picture;
    Tensor out = {0};
    Tape *tape = tape_new_planned();
    network_trainable(t->generator, false);
    if (generator_record(t->generator, tape, tape_constant(tape, photo), &picture, err)) {
        tape_plan(tape, NULL, 1, &picture);
        out = tape_keep(arena, picture);
    }
    tape_free(tape);
    network_trainable(t->generator, true);
    return out;
}
