#include "autograd/probe.h"

#include <math.h>

#include "autograd/op.h"
#include "autograd/tape_nodes.h"
#include "tensor/check.h"

#define SEED 1     /* of the weights r */
#define FLOOR 1e-4 /* errors are relative to at least this share of g and s */

struct Probe {
    Arena *arena;
    Tape *tape;
    Node *y;
    real *r;
    double size; /* s = sum |y r| at the unmoved point */
    double step;
    bool *path;  /* by id: the node is on a path from the current variable to y */
    int *pieces; /* of all nodes on the path that have any, at the unmoved point */
};

Probe *probe_new(Tape *tape, Node *y, double step) {
    CHECK(y->tape == tape, "gradcheck: node %d (%s) is on another tape", y->id,
          y->op->name);
    CHECK(step > 0, "gradcheck: a step of %g", step);
    Arena *arena = arena_new();
    Probe *probe = ARENA_NEW(arena, Probe, 1);
    *probe = (Probe){.arena = arena, .tape = tape, .y = y, .step = step};
    size_t size = shape_size(y->shape);
    probe->r = ARENA_NEW(arena, real, size);
    Rng rng = rng_seed(SEED);
    for (size_t i = 0; i < size; i++) {
        double weight = 0.5 + rng_uniform(&rng);
        probe->r[i] = (real)(rng_below(&rng, 2) ? weight : -weight);
    }
    tape_forward(tape);
    tape_backward_from(tape, y, probe->r);
    for (size_t i = 0; i < size; i++)
        probe->size += fabs((double)y->value[i] * (double)probe->r[i]);
    return probe;
}

void probe_free(Probe *probe) {
    arena_free(probe->arena);
}

double probe_noise(const Probe *probe) {
    return 100 * (double)REAL_EPSILON * probe->size / probe->step;
}

static double loss(const Probe *probe) {
    size_t size = shape_size(probe->y->shape);
    double sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += (double)probe->y->value[i] * (double)probe->r[i];
    return sum;
}

/* The nodes after x that lead to y, x and y included; all false when x leads nowhere. */
static bool *find_path(const Probe *probe, const Node *x) {
    int size = tape_size(probe->tape);
    bool *path = ARENA_NEW(probe->arena, bool, (size_t)size);
    bool *leads = ARENA_NEW(probe->arena, bool, (size_t)size);
    leads[probe->y->id] = true;
    for (int id = size - 1; id >= 0; id--) {
        const Node *node = tape_node(probe->tape, id);
        if (!leads[id]) continue;
        for (int i = 0; i < node->inputs; i++)
            leads[node->in[i]->id] = true;
    }
    path[x->id] = leads[x->id];
    for (int id = 0; id < size; id++) {
        const Node *node = tape_node(probe->tape, id);
        if (!leads[id]) continue;
        for (int i = 0; i < node->inputs; i++)
            if (path[node->in[i]->id]) path[id] = true;
    }
    return path;
}

/* The next node on the path, from `id` on, with a kink between x and y; or NULL. */
static const Node *next_kink(const Probe *probe, int id) {
    for (; id < tape_size(probe->tape); id++) {
        const Node *node = tape_node(probe->tape, id);
        if (probe->path[id] && node->op->piece) return node;
    }
    return NULL;
}

static int *read_pieces(const Probe *probe) {
    size_t count = 0;
    const Node *node;
    for (int id = 0; (node = next_kink(probe, id)); id = node->id + 1)
        count += shape_size(node->shape);
    int *pieces = ARENA_NEW(probe->arena, int, count), *piece = pieces;
    for (int id = 0; (node = next_kink(probe, id)); id = node->id + 1) {
        size_t size = shape_size(node->shape);
        for (size_t i = 0; i < size; i++)
            *piece++ = node->op->piece(node, i);
    }
    return pieces;
}

/* The first node that is on another piece than at the unmoved point, or NULL. */
static const Node *switched(const Probe *probe) {
    const int *piece = probe->pieces;
    const Node *node;
    for (int id = 0; (node = next_kink(probe, id)); id = node->id + 1) {
        size_t size = shape_size(node->shape);
        for (size_t i = 0; i < size; i++)
            if (*piece++ != node->op->piece(node, i)) return node;
    }
    return NULL;
}

static Sample measure(const Probe *probe, Node *x, size_t index) {
    Sample sample = {.index = index, .analytic = (double)x->grad[index]};
    const real old = x->value[index];
    const real moved[2] = {(real)((double)old + probe->step),
                           (real)((double)old - probe->step)};
    double losses[2];
    for (int side = 0; side < 2; side++) {
        x->value[index] = moved[side];
        tape_forward(probe->tape);
        losses[side] = loss(probe);
        if (!sample.kink) sample.kink = switched(probe);
    }
    x->value[index] = old;
    /* In float a small step may not change x at all; then there is no difference to
     * measure. */
    double distance = (double)moved[0] - (double)moved[1];
    if (distance != 0) sample.numeric = (losses[0] - losses[1]) / distance;
    sample.compared =
        !sample.kink && isfinite(sample.analytic) && isfinite(sample.numeric);
    return sample;
}

static double larger(const Sample *s) {
    return fmax(fabs(s->analytic), fabs(s->numeric));
}

static void fill_errors(const Probe *probe, Sample *samples, size_t count) {
    double g = 0;
    for (size_t k = 0; k < count; k++)
        if (samples[k].compared) g = fmax(g, larger(&samples[k]));
    for (size_t k = 0; k < count; k++) {
        Sample *s = &samples[k];
        double difference = fabs(s->analytic - s->numeric);
        if (s->compared && difference > 0)
            s->error = difference / fmax(larger(s), FLOOR * fmax(g, probe->size));
    }
}

size_t probe_measure(Probe *probe, Node *x, size_t most, Sample **samples) {
    probe->path = find_path(probe, x);
    if (!probe->path[x->id]) return 0;
    probe->pieces = read_pieces(probe);
    size_t size = shape_size(x->shape), count = most && most < size ? most : size;
    *samples = ARENA_NEW(probe->arena, Sample, count);
    for (size_t k = 0; k < count; k++)
        (*samples)[k] = measure(probe, x, k * size / count);
    fill_errors(probe, *samples, count);
    tape_forward(probe->tape);
    return count;
}
