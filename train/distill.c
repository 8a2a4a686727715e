#include "train/distill.h"

#include <math.h>
#include <string.h>

#include "autograd/ops.h"
#include "autograd/tape_plan.h"
#include "losses/ops.h"
#include "tensor/check.h"
#include "tensor/threads.h"
#include "train/painted.h"
#include "train/parameters.h"

#define MEASURED 8 /* batches for the teacher's deviations and the mean activations */

struct Distill {
    Arena *arena;
    Network *teacher[DISTILL_TEACHERS], *student;
    int teachers;
    const Photos *photos;
    DistillSettings settings;
    Rng rng;
    Tensor batch; /* (n, 3, side, side), RGB in [0, 1] */
    Tape *teacher_tape[DISTILL_TEACHERS], *student_tape; /* all read the batch */
    Node *feature[DISTILL_LAYERS];                       /* of a teacher */
    Tensor target[DISTILL_LAYERS];                       /* t_l */
    double *deviation[DISTILL_LAYERS];                   /* one per channel */
    Node *term[DISTILL_LAYERS], *loss;                   /* of the student */
    Parameters parameters;                               /* student, then maps */
    Painted *painted;                                    /* or NULL */
    bool sketch;                                         /* tapes compute nothing */
};

static Tape *new_tape(const Distill *d) {
    return d->sketch ? tape_new_sketch() : tape_new_planned();
}

/* The first teacher that has layer l, or the number of teachers. */
static int teacher_of(const Distill *d, int l) {
    int t = 0;
    while (t < d->teachers && !network_has(d->teacher[t], d->settings.layer[l].teaches))
        t++;
    return t;
}

/* What teacher t teaches. */
static bool record_teacher(Distill *d, int t, Error *err) {
    const char *name[DISTILL_LAYERS];
    Node *node[DISTILL_LAYERS];
    int count = 0, layer[DISTILL_LAYERS];
    for (int l = 0; l < d->settings.layers; l++)
        if (teacher_of(d, l) == t)
            layer[count] = l, name[count++] = d->settings.layer[l].teaches;
    if (count == 0) return true;
    Tape *tape = d->teacher_tape[t] = new_tape(d);
    Node *x =
        ag_normalize(tape_constant(tape, d->batch), network_normalize(d->teacher[t]));
    if (!network_record(d->teacher[t], tape, x, name, count, node, err)) return false;
    for (int i = 0; i < count; i++)
        d->feature[layer[i]] = node[i];
    tape_plan(tape, NULL, count, node);
    return true;
}

static bool record_teachers(Distill *d, Error *err) {
    for (int l = 0; l < d->settings.layers; l++)
        if (teacher_of(d, l) == d->teachers)
            return error_set(err, "%s is taught by %s, for which no teacher has weights",
                             d->settings.layer[l].learns, d->settings.layer[l].teaches);
    for (int t = 0; t < d->teachers; t++)
        if (!record_teacher(d, t, err)) return false;
    for (int l = 0; l < d->settings.layers; l++) {
        d->target[l] = tensor_alloc(d->arena, d->feature[l]->shape);
        d->deviation[l] = ARENA_NEW(d->arena, double, (size_t)d->feature[l]->shape.c);
    }
    return true;
}

static void ask_teachers(const Distill *d) {
    for (int t = 0; t < d->teachers; t++)
        if (d->teacher_tape[t]) tape_forward(d->teacher_tape[t]);
}

/* Sum of squares of one channel over the batch. */
static double channel_squares(const Node *f, int channel) {
    const size_t plane = (size_t)f->shape.h * (size_t)f->shape.w;
    double sum = 0;
    for (int n = 0; n < f->shape.n; n++) {
        const real *x =
            f->value + ((size_t)n * (size_t)f->shape.c + (size_t)channel) * plane;
        for (size_t i = 0; i < plane; i++)
            sum += (double)x[i] * (double)x[i];
    }
    return sum;
}

/* deviation = sqrt(mean square of the channel + 1/1000 of the layer's), so that a channel
 * with little activation is not amplified. */
static void finish_deviations(Distill *d, int l) {
    const Shape shape = d->feature[l]->shape;
    const double count = (double)MEASURED * shape.n * shape.h * shape.w;
    double layer = 0;
    for (int c = 0; c < shape.c; c++)
        layer += d->deviation[l][c] / count / shape.c;
    for (int c = 0; c < shape.c; c++)
        d->deviation[l][c] = sqrt(d->deviation[l][c] / count + 1e-3 * layer);
}

static bool measure_teachers(Distill *d, Error *err) {
    for (int b = 0; b < MEASURED; b++) {
        if (!photos_batch(d->photos, PHOTOS_TRAIN, &d->rng, d->batch, err)) return false;
        ask_teachers(d);
        for (int l = 0; l < d->settings.layers; l++)
            for (int c = 0; c < d->feature[l]->shape.c; c++)
                d->deviation[l][c] += channel_squares(d->feature[l], c);
    }
    for (int l = 0; l < d->settings.layers; l++)
        finish_deviations(d, l);
    return true;
}

/* Weights and bias of the map from a student layer to a teacher layer, He et al.'s random
 * numbers, without the ReLU that would need the 2. */
static void add_map(Distill *d, Rng *rng, NamedTensors *maps, int reads, int writes) {
    NamedTensor *w = &maps->items[maps->count++], *b = &maps->items[maps->count++];
    *w = (NamedTensor){.name = "map.weight",
                       .rank = 4,
                       .tensor = tensor_alloc(d->arena, (Shape){writes, reads, 1, 1})};
    *b = (NamedTensor){.name = "map.bias",
                       .rank = 1,
                       .tensor = tensor_alloc(d->arena, (Shape){1, writes, 1, 1})};
    tensor_fill_normal(w->tensor, rng, 0, sqrt(1.0 / reads));
}

/* The names of the student's layers. */
static void learned(const Distill *d, const char *name[DISTILL_LAYERS]) {
    for (int l = 0; l < d->settings.layers; l++)
        name[l] = d->settings.layer[l].learns;
}

/* First weights of the student and the maps, packed into one vector. */
static bool draw_parameters(Distill *d, Error *err) {
    const DistillSettings *s = &d->settings;
    const char *name[DISTILL_LAYERS];
    Node *out[DISTILL_LAYERS];
    Rng rng = rng_seed(s->seed + 1);
    NamedTensors lists[2] = {
        {0}, {0, ARENA_NEW(d->arena, NamedTensor, 2 * (size_t)s->layers)}};
    network_random(d->student, s->seed);
    Tape *tape = tape_new_planned(); /* recording draws the weights */
    Node *x = tape_constant(tape, d->batch);
    learned(d, name);
    const bool good = network_record(d->student, tape, x, name, s->layers, out, err);
    for (int l = 0; good && l < s->layers; l++) {
        CHECK(out[l]->shape.h == d->feature[l]->shape.h &&
                  out[l]->shape.w == d->feature[l]->shape.w,
              "distill: %s is %s, %s is %s", name[l], SHAPE(out[l]->shape),
              s->layer[l].teaches, SHAPE(d->feature[l]->shape));
        add_map(d, &rng, &lists[1], out[l]->shape.c, d->feature[l]->shape.c);
    }
    tape_free(tape);
    if (!good) return false;
    lists[0] = network_weights(d->student, d->arena);
    d->parameters = parameters_pack(d->arena, lists, 2);
    return network_load(d->student, &d->parameters.list[0], "the student", NULL, 0, err);
}

static bool record_student(Distill *d, Error *err) {
    const DistillSettings *s = &d->settings;
    const NamedTensor *map = d->parameters.list[1].items;
    const char *name[DISTILL_LAYERS];
    Node *out[DISTILL_LAYERS];
    d->student_tape = new_tape(d);
    Tape *tape = d->student_tape;
    Node *x = ag_normalize(tape_constant(tape, d->batch), network_normalize(d->student));
    network_trainable(d->student, true);
    learned(d, name);
    if (!network_record(d->student, tape, x, name, s->layers, out, err)) return false;
    for (int l = 0; l < s->layers; l++) {
        Node *w = tape_variable(tape, map[2 * l].tensor);
        Node *b = tape_variable(tape, map[2 * l + 1].tensor);
        Node *predicted = ag_conv2d(out[l], w, b, (Conv2d){.stride = 1});
        const double size = (double)shape_size(d->target[l].shape);
        d->term[l] = ag_squared_distance(predicted, tape_constant(tape, d->target[l]),
                                         (SquaredDistance){.factor = 1 / size});
        d->loss = l ? ag_add(d->loss, d->term[l]) : d->term[l];
    }
    tape_plan(tape, d->loss, 0, NULL);
    return true;
}

/* After the Gram matrices of all layers that are learned. */
static bool begin_painting(Distill *d, Error *err) {
    const DistillSettings *s = &d->settings;
    CHECK(s->painted >= 0 && s->painted <= s->batch, "distill: %d of %d are painted",
          s->painted, s->batch);
    const char *name[DISTILL_LAYERS];
    if (s->painted == 0) return true;
    learned(d, name);
    d->painted = painted_new(d->arena, d->student, name, s->layers,
                             (Shape){s->painted, 3, s->side, s->side}, s->seed + 3, err);
    return d->painted;
}

static Distill *begin(Arena *arena, Network *const *teachers, int count, Network *student,
                      const Photos *photos, DistillSettings settings) {
    CHECK(count > 0 && count <= DISTILL_TEACHERS, "distill: %d teachers", count);
    CHECK(settings.layers > 0 && settings.layers <= DISTILL_LAYERS, "distill: %d layers",
          settings.layers);
    Distill *d = ARENA_NEW(arena, Distill, 1);
    *d = (Distill){.arena = arena,
                   .teachers = count,
                   .student = student,
                   .photos = photos,
                   .settings = settings,
                   .rng = rng_seed(settings.seed + 2)};
    memcpy(d->teacher, teachers, (size_t)count * sizeof *teachers);
    d->batch =
        tensor_alloc(arena, (Shape){settings.batch, 3, settings.side, settings.side});
    return d;
}

Distill *distill_new(Arena *arena, Network *const *teachers, int count, Network *student,
                     const Photos *photos, DistillSettings settings, Error *err) {
    Distill *d = begin(arena, teachers, count, student, photos, settings);
    if (record_teachers(d, err) && measure_teachers(d, err) && draw_parameters(d, err) &&
        begin_painting(d, err) && record_student(d, err))
        return d;
    distill_free(d);
    return NULL;
}

void distill_free(Distill *d) {
    if (!d) return;
    for (int t = 0; t < d->teachers; t++)
        tape_free(d->teacher_tape[t]);
    tape_free(d->student_tape);
    painted_free(d->painted);
}

/* The tape that paints some of the batch's pictures is like the student's. */
static size_t bytes_of(const Distill *d) {
    const DistillSettings *s = &d->settings;
    const size_t student = tape_bytes(d->student_tape);
    size_t bytes =
        arena_used(d->arena) + student + student / (size_t)s->batch * (size_t)s->painted;
    for (int t = 0; t < d->teachers; t++)
        if (d->teacher_tape[t]) bytes += tape_bytes(d->teacher_tape[t]);
    return bytes;
}

bool distill_forecast(Network *const *teachers, int count, Network *student,
                      DistillSettings settings, size_t *bytes, Error *err) {
    Arena *arena = arena_new_sketch();
    Distill *d = begin(arena, teachers, count, student, NULL, settings);
    d->sketch = true;
    const bool good =
        record_teachers(d, err) && draw_parameters(d, err) && record_student(d, err);
    if (good) *bytes = bytes_of(d);
    distill_free(d);
    arena_free(arena);
    return good;
}

static double evaluate(void *context) {
    Distill *d = context;
    tape_forward(d->student_tape);
    tape_backward(d->student_tape, d->loss);
    parameters_gather(&d->parameters, d->student_tape);
    return (double)node_scalar(d->loss);
}

Objective distill_objective(Distill *d) {
    const Parameters *p = &d->parameters;
    return (Objective){p->size, p->x, p->gradient, evaluate, d};
}

/* t = f / deviation */
static void set_target(Distill *d, int l) {
    const Node *f = d->feature[l];
    const size_t plane = (size_t)f->shape.h * (size_t)f->shape.w;
#pragma omp parallel for num_threads(threads_over(shape_size(f->shape)))
    for (int k = 0; k < f->shape.n * f->shape.c; k++) {
        const real scale = (real)(1 / d->deviation[l][k % f->shape.c]);
        for (size_t i = 0; i < plane; i++)
            d->target[l].data[(size_t)k * plane + i] =
                scale * f->value[(size_t)k * plane + i];
    }
}

bool distill_batch(Distill *d, PhotosPart part, Error *err) {
    if (!photos_batch(d->photos, part, &d->rng, d->batch, err)) return false;
    if (d->painted && part == PHOTOS_TRAIN) painted_step(d->painted, d->batch);
    ask_teachers(d);
    for (int l = 0; l < d->settings.layers; l++)
        set_target(d, l);
    return true;
}

bool distill_test(Distill *d, int batches, double *total, double layer[DISTILL_LAYERS],
                  Error *err) {
    *total = 0;
    for (int l = 0; l < d->settings.layers; l++)
        layer[l] = 0;
    for (int b = 0; b < batches; b++) {
        if (!distill_batch(d, PHOTOS_TEST, err)) return false;
        tape_forward(d->student_tape);
        *total += (double)node_scalar(d->loss) / batches;
        for (int l = 0; l < d->settings.layers; l++)
            layer[l] += (double)node_scalar(d->term[l]) / batches;
    }
    return true;
}

/* The mean of every convolution's features after its ReLU, channel by channel, over
 * MEASURED batches. */
static bool measure_student(Distill *d, double **mean, Error *err) {
    Tensor inputs[MEASURED];
    for (int b = 0; b < MEASURED; b++) {
        if (!photos_batch(d->photos, PHOTOS_TRAIN, &d->rng, d->batch, err)) return false;
        inputs[b] = tensor_clone(d->arena, d->batch);
    }
    network_trainable(d->student, false);
    return network_means(d->student, d->arena, inputs, MEASURED,
                         network_normalize(d->student), network_count(d->student), mean,
                         err);
}

bool distill_normalize(Distill *d, Error *err) {
    const int count = network_count(d->student);
    double **mean = ARENA_NEW(d->arena, double *, (size_t)count);
    if (!measure_student(d, mean, err)) return false;
    for (int i = 0; i < count; i++) {
        if (!mean[i]) continue;
        const double layer = network_layer_mean(d->student, i, mean);
        if (!(layer > 0))
            return error_set(err,
                             "%s is 0 on every photograph: the training failed, try "
                             "another seed or a lower rate",
                             network_layer(d->student, i)->name);
        for (int c = 0; c < network_layer(d->student, i)->channels; c++)
            mean[i][c] = layer;
    }
    network_divide(d->student, mean);
    return true;
}

void distill_state(Distill *d, StateList *list) {
    state_add(list, "weights", STATE_REAL, d->parameters.x, d->parameters.size);
    state_add(list, "random numbers", STATE_UINT64, &d->rng.state, 1);
    if (d->painted) painted_state(d->painted, list);
}

bool distill_state_check(const Distill *d, Error *err) {
    for (size_t i = 0; i < d->parameters.size; i++)
        if (!isfinite((double)d->parameters.x[i]))
            return error_set(err, "weight %zu is not finite", i);
    return !d->painted || painted_state_check(d->painted, err);
}
