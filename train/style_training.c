#include "train/style_training.h"

#include <math.h>
#include <string.h>

#include "autograd/node.h"
#include "autograd/tape_plan.h"
#include "nn/generator.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "tensor/check.h"
#include "train/parameters.h"

#define WARM_UP 50 /* updates, but not more than a tenth of all */
#define NOISE 0.02 /* the deviation of that of x', of the range of RGB */

enum { TOTAL, CONTENT, STYLE, TV, STABILITY, TERMS };

struct StyleTraining {
    Arena *arena, *stage; /* for always, and for squares of one side */
    Network *generator, *network;
    const StyleTarget *target;
    const Crops *crops;
    StyleSettings settings;
    Parameters parameters;
    Rng rng;
    int side; /* of the present squares; 0: none yet */
    StyleBatch batch;
    Tensor
        wide; /* (1,3,side + STYLE_MOVE,side + STYLE_MOVE): what x and x' are cut from */
    Tape *tape;
    StyleLoss loss;
    Optimizer *adam;
    Schedule schedule;
    int done;          /* updates */
    int summed;        /* of them in the sums */
    double sum[TERMS]; /* of the terms */
    bool diverged;
};

int style_training_side(const StyleSettings *s, int step) {
    const int middle = (s->first + s->last) / 2 / 4 * 4;
    if (step < (int)(STYLE_FIRST * s->steps)) return s->first;
    return step < (int)((1 - STYLE_LAST) * s->steps) ? middle : s->last;
}

double style_training_work(const StyleSettings *s, int from, int to) {
    double pixels = 0;
    for (int step = from; step < to; step++) {
        const double side = style_training_side(s, step);
        pixels += side * side * s->batch;
    }
    return pixels;
}

double style_training_left(const StyleSettings *s, int from, int done, double seconds) {
    const double pixels = style_training_work(s, from, done);
    return pixels > 0 ? seconds / pixels * style_training_work(s, done, s->steps) : 0;
}

/* Random weights, packed into one vector: recording draws them. */
static bool draw_parameters(StyleTraining *t, Error *err) {
    const int side = t->settings.first;
    Node *picture;
    network_random(t->generator, t->settings.seed);
    Tape *tape = tape_new_planned();
    Tensor x = tensor_alloc(t->stage, (Shape){1, 3, side, side});
    const bool good =
        generator_record(t->generator, tape, tape_constant(tape, x), &picture, err);
    tape_free(tape);
    if (!good) return false;
    const NamedTensors drawn = network_weights(t->generator, t->arena);
    t->parameters = parameters_pack(t->arena, &drawn, 1);
    return network_load(t->generator, &t->parameters.list[0], "the generator", NULL, 0,
                        err);
}

/* Records the loss of squares of this side. */
static bool begin_side(StyleTraining *t, Tape *tape, int side, Error *err) {
    const bool moved = t->settings.weights.stability > 0;
    t->side = side;
    t->tape = tape;
    t->batch = style_batch_new(t->stage, t->settings.batch, side, moved);
    t->wide = tensor_alloc(t->stage, (Shape){1, 3, side + STYLE_MOVE, side + STYLE_MOVE});
    if (!style_loss_record(t->stage, tape, t->generator, t->network, t->target, &t->batch,
                           t->settings.weights, &t->loss, err))
        return false;
    tape_plan(tape, t->loss.total, 0, NULL);
    return true;
}

static bool change_side(StyleTraining *t, int side, Error *err) {
    tape_free(t->tape);
    arena_free(t->stage);
    t->tape = NULL;
    t->stage = arena_new();
    return begin_side(t, tape_new_planned(), side, err);
}

static double evaluate(void *context) {
    StyleTraining *t = context;
    tape_forward(t->tape);
    tape_backward(t->tape, t->loss.total);
    parameters_gather(&t->parameters, t->tape);
    return (double)node_scalar(t->loss.total);
}

int style_training_warm_up(const StyleSettings *settings) {
    return settings->steps / 10 < WARM_UP ? settings->steps / 10 : WARM_UP;
}

static StyleTraining *begin(Arena *arena, Network *generator, Network *network,
                            const StyleTarget *target, StyleSettings settings) {
    StyleTraining *t = ARENA_NEW(arena, StyleTraining, 1);
    CHECK(settings.steps >= 1 && settings.batch >= 1, "style training: %d steps of %d",
          settings.steps, settings.batch);
    *t = (StyleTraining){
        .arena = arena,
        .generator = generator,
        .network = network,
        .target = target,
        .settings = settings,
        .rng = rng_seed(settings.seed + 1),
        .schedule = schedule_warm_cosine(settings.rate, style_training_warm_up(&settings),
                                         settings.steps)};
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
    const Parameters *p = &t->parameters;
    t->adam = adam_new(arena, (Objective){p->size, p->x, p->gradient, evaluate, t},
                       ADAM_DEFAULTS);
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
                 2 * t->parameters.size * sizeof(real);
    style_training_free(t);
    arena_free(arena);
    return good;
}

/* Copies a window of the wide square to an image of the batch. */
static void window(const StyleTraining *t, int top, int left, int image) {
    const size_t side = (size_t)t->side, wide = side + STYLE_MOVE;
    real *to = t->batch.photos.data + (size_t)image * 3 * side * side;
    for (size_t c = 0; c < 3; c++)
        for (size_t i = 0; i < side; i++, to += side)
            memcpy(to, t->wide.data + (c * wide + (size_t)top + i) * wide + (size_t)left,
                   side * sizeof *to);
}

/* x' shows what x shows from (down, right) on. */
static void draw_moved(StyleTraining *t) {
    const int last = t->batch.photos.shape.n - 1;
    const size_t size = 3 * (size_t)t->side * (size_t)t->side;
    crops_draw(t->crops, &t->rng, t->wide);
    const int down = (int)rng_below(&t->rng, STYLE_MOVE + 1);
    const int right = (int)rng_below(&t->rng, STYLE_MOVE + 1);
    window(t, 0, 0, 0);
    window(t, down, right, last);
    t->batch.place.data[0] = (real)down;
    t->batch.place.data[1] = (real)right;
    real *x = t->batch.photos.data + (size_t)last * size;
    for (size_t i = 0; i < size; i++)
        x[i] += (real)(NOISE * rng_normal(&t->rng));
}

static void draw(StyleTraining *t) {
    Tensor photos = t->batch.photos;
    photos.shape.n = t->settings.batch;
    crops_draw(t->crops, &t->rng, photos);
    if (t->settings.weights.stability > 0) draw_moved(t);
}

static void add_terms(StyleTraining *t) {
    const StyleLoss *loss = &t->loss;
    Node *const term[TERMS] = {loss->total, loss->content, loss->style, loss->tv,
                               loss->stability};
    for (int i = 0; i < TERMS; i++)
        if (term[i]) t->sum[i] += (double)node_scalar(term[i]);
    t->summed++;
}

bool style_training_step(StyleTraining *t, Error *err) {
    const int side = style_training_side(&t->settings, t->done);
    if (side != t->side && !change_side(t, side, err)) return false;
    draw(t);
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

bool style_training_is_finite(const StyleTraining *t) {
    return !t->diverged;
}

int style_training_steps(const StyleTraining *t) {
    return t->done;
}

StyleTerms style_training_terms(StyleTraining *t) {
    CHECK(t->summed > 0, "style training: no update since the last terms");
    double mean[TERMS];
    for (int i = 0; i < TERMS; i++) {
        mean[i] = t->sum[i] / t->summed;
        t->sum[i] = 0;
    }
    t->summed = 0;
    return (StyleTerms){mean[TOTAL], mean[CONTENT], mean[STYLE], mean[TV],
                        mean[STABILITY]};
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

void style_training_state(StyleTraining *t, StateList *list) {
    state_add(list, "updates", STATE_INT, &t->done, 1);
    state_add(list, "updates in the sums", STATE_INT, &t->summed, 1);
    state_add(list, "sums of terms", STATE_DOUBLE, t->sum, TERMS);
    state_add(list, "random numbers", STATE_UINT64, &t->rng.state, 1);
    parameters_state(&t->parameters, list);
    optimizer_state(t->adam, list);
}

bool style_training_state_check(const StyleTraining *t, Error *err) {
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
