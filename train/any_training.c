#include "train/any_training.h"

#include <math.h>
#include <string.h>

#include "autograd/node.h"
#include "autograd/tape_plan.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "tensor/check.h"
#include "tensor/threads.h"
#include "train/parameters.h"

/* By how many doublings colours of paintings are moved from grey. */
#define SATURATION_LEAST (-0.5)
#define SATURATION_MOST 1.0

enum { TOTAL, CONTENT, STYLE, TV, TERMS };

struct AnyTraining {
    Arena *stage; /* for squares of one side */
    Decoder *decoder;
    Network *network;
    const Crops *photos, *styles;
    StyleSettings settings;
    Parameters parameters;
    Rng rng;
    int side;      /* of the present squares; 0: none yet */
    Tensor images; /* photographs, then paintings */
    Tape *look, *paint;
    MannerNodes seen; /* of the images */
    Manner *mixed;    /* what each photograph is painted in */
    MannerMap *map;   /* of one photograph */
    AnyBatch batch;
    AnyLoss loss;
    Optimizer *adam;
    Schedule schedule;
    int done, summed; /* updates, and those in the sums */
    double sum[TERMS];
    bool diverged;
};

int any_training_side(const StyleSettings *settings, int step) {
    return style_training_side(settings, step) / DECODER_STEP * DECODER_STEP;
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

static bool record_paint(AnyTraining *t, Tape *tape, Error *err) {
    t->paint = tape;
    if (!any_loss_record(t->paint, t->decoder, t->network, &t->batch, t->settings.weights,
                         &t->loss, err))
        return false;
    tape_plan(t->paint, t->loss.total, 1, &t->loss.picture);
    return true;
}

/* All that squares of this side need, in t->stage. */
static void alloc(AnyTraining *t, int side) {
    const int n = t->settings.batch;
    t->side = side;
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
           record_paint(t, tape_new_planned(), err);
}

bool any_training_forecast(Network *network, StyleSettings settings, size_t *bytes,
                           Error *err) {
    Arena *arena = arena_new();
    AnyTraining sketch = {.stage = arena_new_sketch(),
                          .decoder = decoder_new(arena),
                          .network = network,
                          .settings = settings};
    decoder_trainable(sketch.decoder, true);
    alloc(&sketch, any_training_side(&settings, settings.steps - 1));
    const bool good = record_look(&sketch, tape_new_sketch(), err) &&
                      record_paint(&sketch, tape_new_sketch(), err);
    if (good)
        *bytes =
            tape_bytes(sketch.look) + tape_bytes(sketch.paint) + arena_used(sketch.stage);
    any_training_free(&sketch);
    arena_free(arena);
    return good;
}

static double evaluate(void *context) {
    AnyTraining *t = context;
    tape_forward(t->paint);
    tape_backward(t->paint, t->loss.total);
    parameters_gather(&t->parameters, t->paint);
    return (double)node_scalar(t->loss.total);
}

AnyTraining *any_training_new(Arena *arena, Decoder *decoder, Network *network,
                              const Crops *photos, const Crops *styles,
                              StyleSettings settings, Error *err) {
    AnyTraining *t = ARENA_NEW(arena, AnyTraining, 1);
    CHECK(settings.steps >= 1 && settings.batch >= 1, "any training: %d steps of %d",
          settings.steps, settings.batch);
    *t = (AnyTraining){.stage = arena_new(),
                       .decoder = decoder,
                       .network = network,
                       .photos = photos,
                       .styles = styles,
                       .settings = settings,
                       .rng = rng_seed(settings.seed + 1),
                       .schedule = schedule_warm_cosine(settings.rate,
                                                        style_training_warm_up(&settings),
                                                        settings.steps)};
    network_trainable(network, false);
    decoder_random(decoder, settings.seed);
    decoder_trainable(decoder, true);
    const NamedTensors drawn = decoder_weights(decoder, arena);
    Parameters *p = &t->parameters;
    *p = parameters_pack(arena, &drawn, 1);
    if (!decoder_load(decoder, &p->list[0], "the decoder", err) ||
        !change_side(t, any_training_side(&settings, 0), err)) {
        any_training_free(t);
        return NULL;
    }
    t->adam = adam_new(arena, (Objective){p->size, p->x, p->gradient, evaluate, t},
                       ADAM_DEFAULTS);
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
    const size_t plane = (size_t)t->side * (size_t)t->side;
    crops_draw(t->photos, &t->rng, half);
    half.data += (size_t)n * 3 * plane;
    crops_draw(t->styles, &t->rng, half);
    for (int i = 0; i < n; i++) {
        exchange_colours(&t->rng, plane, half.data + (size_t)i * 3 * plane);
        saturate(&t->rng, plane, half.data + (size_t)i * 3 * plane);
    }
}

/* The manner in which photograph i is to be painted. */
static void mix(AnyTraining *t, int i) {
    const int n = t->settings.batch;
    const uint32_t way = rng_below(&t->rng, 5);
    const double share = way < 3 ? 1 : rng_uniform(&t->rng);
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
    const int n = t->settings.batch;
    const Tensor features = node_tensor(t->seen.features);
    Tensor content = features;
    content.shape.n = n;
    tensor_copy(t->batch.content, content);
    for (int i = 0; i < n; i++) {
        const Manner *m = &t->mixed[i];
        const Manner photo = manner_of(&t->seen, i);
        manner_map(&photo, m, t->map);
        manner_apply(t->map, place(features, i), place(t->batch.features, i));
        manner_code(m, place(t->batch.code, i).data);
        manner_palette(m, place(t->batch.palette, i).data);
        for (int l = 0; l < MANNER_LAYERS; l++)
            tensor_copy(place(t->batch.gram[l], i), m->gram[l]);
    }
}

static void add_terms(AnyTraining *t) {
    Node *const term[TERMS] = {t->loss.total, t->loss.content, t->loss.style, t->loss.tv};
    for (int i = 0; i < TERMS; i++)
        t->sum[i] += (double)node_scalar(term[i]);
    t->summed++;
}

bool any_training_step(AnyTraining *t, Error *err) {
    const int side = any_training_side(&t->settings, t->done);
    if (side != t->side && !change_side(t, side, err)) return false;
    draw_images(t);
    tape_forward(t->look);
    for (int i = 0; i < t->settings.batch; i++)
        mix(t, i);
    fill_batch(t);
    schedule_apply(&t->schedule, t->adam, t->done);
    const Step step = optimizer_step(t->adam);
    t->diverged = step.stop != NULL;
    if (t->diverged)
        return error_set(err, "stopped at update %d: %s; try a lower --lr", t->done + 1,
                         step.stop);
    add_terms(t);
    t->done++;
    return true;
}

bool any_training_is_finite(const AnyTraining *t) {
    return !t->diverged;
}

int any_training_steps(const AnyTraining *t) {
    return t->done;
}

StyleTerms any_training_terms(AnyTraining *t) {
    CHECK(t->summed > 0, "any training: no update since the last terms");
    double mean[TERMS];
    for (int i = 0; i < TERMS; i++) {
        mean[i] = t->sum[i] / t->summed;
        t->sum[i] = 0;
    }
    t->summed = 0;
    return (StyleTerms){mean[TOTAL], mean[CONTENT], mean[STYLE], mean[TV], 0};
}

Tensor any_training_pictures(const AnyTraining *t) {
    return node_tensor(t->loss.picture);
}

Tensor any_training_images(const AnyTraining *t) {
    return t->images;
}

void any_training_state(AnyTraining *t, StateList *list) {
    state_add(list, "updates", STATE_INT, &t->done, 1);
    state_add(list, "updates in the sums", STATE_INT, &t->summed, 1);
    state_add(list, "sums of terms", STATE_DOUBLE, t->sum, TERMS);
    state_add(list, "random numbers", STATE_UINT64, &t->rng.state, 1);
    parameters_state(&t->parameters, list);
    optimizer_state(t->adam, list);
}

bool any_training_state_check(const AnyTraining *t, Error *err) {
    if (t->done < 0 || t->done > t->settings.steps)
        return error_set(err, "update %d of %d", t->done, t->settings.steps);
    if (t->summed < 0 || t->summed > t->done)
        return error_set(err, "sums over %d of %d updates", t->summed, t->done);
    for (int i = 0; i < TERMS; i++)
        if (!isfinite(t->sum[i])) return error_set(err, "a sum that is not finite");
    for (size_t i = 0; i < t->parameters.size; i++)
        if (!isfinite((double)t->parameters.x[i]))
            return error_set(err, "weight %zu is not finite", i);
    return optimizer_state_check(t->adam, err);
}
