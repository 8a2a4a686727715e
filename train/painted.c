#include "train/painted.h"

#include <math.h>
#include <string.h>

#include "autograd/ops.h"
#include "autograd/tape_plan.h"
#include "losses/ops.h"
#include "tensor/check.h"

#define LAYERS_OF_STUDENT 16
#define RATE 0.006 /* of the range of RGB, at the start of a painting */
#define MOMENTUM 0.9
#define FROM_NOISE 4  /* one painting in this many begins as noise */
#define OVERSHOOT 0.1 /* how far pixels may leave [0, 1] */

struct Painted {
    Tensor image, style, velocity; /* (n, 3, side, side) */
    int *age;                      /* steps of each painting */
    Rng rng;
    Tape *tape; /* from image and style to the loss */
    Node *variable, *loss;
};

static size_t image_size(const Painted *p) {
    return shape_size(p->image.shape) / (size_t)p->image.shape.n;
}

/* The loss is the sum over layers of |G(x) - G(s)|^2 / |G(s)|^2. */
static bool record(Painted *p, Network *student, const char *const *layers, int count,
                   Error *err) {
    Node *x[LAYERS_OF_STUDENT], *s[LAYERS_OF_STUDENT];
    CHECK(count >= 1 && count <= LAYERS_OF_STUDENT, "painted: %d layers", count);
    p->tape = tape_new_planned();
    p->variable = tape_variable(p->tape, p->image);
    Node *style = tape_constant(p->tape, p->style);
    const Normalize normalize = network_normalize(student);
    network_trainable(student, false);
    if (!network_record(student, p->tape, ag_normalize(p->variable, normalize), layers,
                        count, x, err) ||
        !network_record(student, p->tape, ag_normalize(style, normalize), layers, count,
                        s, err))
        return false;
    for (int l = 0; l < count; l++) {
        const Gram mean = {(double)x[l]->shape.h * x[l]->shape.w};
        Node *term = ag_relative_distance(ag_gram(x[l], mean), ag_gram(s[l], mean));
        p->loss = l ? ag_add(p->loss, term) : term;
    }
    tape_plan(p->tape, p->loss, 0, NULL);
    return true;
}

Painted *painted_new(Arena *arena, Network *student, const char *const *layers, int count,
                     Shape shape, uint64_t seed, Error *err) {
    Painted *p = ARENA_NEW(arena, Painted, 1);
    *p = (Painted){.image = tensor_alloc(arena, shape),
                   .style = tensor_alloc(arena, shape),
                   .velocity = tensor_alloc(arena, shape),
                   .age = ARENA_NEW(arena, int, (size_t)shape.n),
                   .rng = rng_seed(seed)};
    for (int i = 0; i < shape.n; i++) /* due one after the other, not all at once */
        p->age[i] = PAINTED_STEPS + i;
    tensor_fill_uniform(p->image, &p->rng, 0, 1);
    tensor_fill_uniform(p->style, &p->rng, 0, 1);
    if (record(p, student, layers, count, err)) return p;
    painted_free(p);
    return NULL;
}

void painted_free(Painted *p) {
    if (p) tape_free(p->tape);
}

/* v = momentum v + g / rms(g),  x = x - rate v, with a rate that falls to 0. */
static void move(Painted *p, int i) {
    const size_t size = image_size(p), from = (size_t)i * size;
    const real *g = p->variable->grad + from;
    real *x = p->image.data + from, *v = p->velocity.data + from;
    double squares = 0;
    for (size_t k = 0; k < size; k++)
        squares += (double)g[k] * (double)g[k];
    if (!(squares > 0) || !isfinite(squares)) return;
    const real unit = (real)(1 / sqrt(squares / (double)size));
    const real rate = (real)(RATE * (1 - (double)p->age[i] / (PAINTED_STEPS + 1)));
    for (size_t k = 0; k < size; k++) {
        v[k] = (real)MOMENTUM * v[k] + unit * g[k];
        const real moved = x[k] - rate * v[k];
        x[k] = moved < (real)-OVERSHOOT        ? (real)-OVERSHOOT
               : moved > (real)(1 + OVERSHOOT) ? (real)(1 + OVERSHOOT)
                                               : moved;
    }
}

/* Painting i begins: a photograph of the batch, or noise, after another photograph. */
static void begin(Painted *p, int i, Tensor batch) {
    const size_t size = image_size(p);
    real *x = p->image.data + (size_t)i * size;
    const uint32_t images = (uint32_t)batch.shape.n;
    const size_t content = (size_t)rng_below(&p->rng, images);
    const size_t style = (size_t)rng_below(&p->rng, images);
    memcpy(x, batch.data + content * size, size * sizeof *x);
    memcpy(p->style.data + (size_t)i * size, batch.data + style * size, size * sizeof *x);
    memset(p->velocity.data + (size_t)i * size, 0, size * sizeof *x);
    if (rng_below(&p->rng, FROM_NOISE) == 0)
        for (size_t k = 0; k < size; k++)
            x[k] = (real)rng_uniform(&p->rng);
    p->age[i] = 0;
}

void painted_step(Painted *p, Tensor batch) {
    const int n = p->image.shape.n;
    CHECK(batch.shape.n >= n && batch.shape.h == p->image.shape.h &&
              batch.shape.w == p->image.shape.w,
          "painted: %s of a batch %s", SHAPE(p->image.shape), SHAPE(batch.shape));
    tape_forward(p->tape);
    tape_backward(p->tape, p->loss);
    for (int i = 0; i < n; i++) {
        if (++p->age[i] > PAINTED_STEPS)
            begin(p, i, batch);
        else
            move(p, i);
    }
    memcpy(batch.data + (size_t)(batch.shape.n - n) * image_size(p), p->image.data,
           shape_size(p->image.shape) * sizeof(real));
}

void painted_state(Painted *p, StateList *list) {
    const size_t size = shape_size(p->image.shape);
    state_add(list, "painted images", STATE_REAL, p->image.data, size);
    state_add(list, "painted styles", STATE_REAL, p->style.data, size);
    state_add(list, "painted velocity", STATE_REAL, p->velocity.data, size);
    state_add(list, "painted ages", STATE_INT, p->age, (size_t)p->image.shape.n);
    state_add(list, "painted random numbers", STATE_UINT64, &p->rng.state, 1);
}

bool painted_state_check(const Painted *p, Error *err) {
    const int n = p->image.shape.n;
    for (int i = 0; i < n; i++)
        if (p->age[i] < 0 || p->age[i] > PAINTED_STEPS + n)
            return error_set(err, "a painting after %d of %d steps", p->age[i],
                             PAINTED_STEPS);
    return true;
}
