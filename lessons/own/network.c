#include "lessons/own/network.h"

#include <stdio.h>
#include <string.h>

#include "lessons/own/timed.h"
#include "nn/network_types.h"
#include "optim/vector.h"
#include "tensor/check.h"
#include "tensor/named.h"

static size_t plane(const OwnLayer *l) {
    return (size_t)l->size.h * (size_t)l->size.w;
}
static size_t inputs(const OwnLayer *l) {
    return (size_t)l->size.c * plane(l);
}
static size_t outputs(const OwnLayer *l) {
    return (size_t)l->size.o * plane(l);
}

/* A copy of a weight, which normalise() may change. */
static real *copy_of(Arena *arena, const NamedTensors *weights, const char *convolution,
                     const char *what) {
    char name[64];
    snprintf(name, sizeof name, "%s.%s", convolution, what);
    const NamedTensor *weight = named_find(weights, name);
    CHECK(weight, "the network has no %s", name);
    return tensor_clone(arena, weight->tensor).data;
}

OwnNetwork *own_network_new(Arena *arena, const Pieces *use, PieceTimes *times,
                            Network *network, const char *last, int h, int w) {
    OwnNetwork *net = ARENA_NEW(arena, OwnNetwork, 1);
    const NamedTensors weights = network_weights(network, arena);
    *net = (OwnNetwork){
        .use = use, .times = times, .reads = network_normalize(network), .h = h, .w = w};
    bool pooled = false;
    int channels = 3;
    for (int i = 0; i < network_count(network); i++) {
        const Layer *layer = network_layer(network, i);
        if (layer->kind == LAYER_POOL) {
            pooled = true;
            h /= 2;
            w /= 2;
        }
        if (layer->kind != LAYER_CONV) continue;
        CHECK(net->count < OWN_LAYERS, "more than %d convolutions", OWN_LAYERS);
        OwnLayer *l = &net->layer[net->count++];
        *l = (OwnLayer){.name = network_layer(network, i + 1)->name,
                        .size = {channels, h, w, layer->channels, layer->kernel},
                        .pooled = pooled,
                        .w = copy_of(arena, &weights, layer->name, "weight"),
                        .b = copy_of(arena, &weights, layer->name, "bias")};
        l->x = ARENA_NEW(arena, real, inputs(l));
        l->dx = ARENA_NEW(arena, real, inputs(l));
        l->y = ARENA_NEW(arena, real, outputs(l));
        l->dy = ARENA_NEW(arena, real, outputs(l));
        channels = layer->channels;
        pooled = false;
        if (strcmp(l->name, last) == 0) break;
    }
    return net;
}

int own_network_find(const OwnNetwork *net, const char *name) {
    for (int i = 0; i < net->count; i++)
        if (strcmp(net->layer[i].name, name) == 0) return i;
    CHECK(false, "the network has no %s", name);
    return 0;
}

/* ---- Forward ---- */

/* The largest of each 2 x 2, for one channel. */
static void max_pool(int h, int w, const real *x, real *y) {
    for (int i = 0; i < h / 2; i++)
        for (int j = 0; j < w / 2; j++) {
            const real *corner = x + 2 * i * w + 2 * j;
            const real upper = corner[0] > corner[1] ? corner[0] : corner[1];
            const real lower = corner[w] > corner[w + 1] ? corner[w] : corner[w + 1];
            y[i * (w / 2) + j] = upper > lower ? upper : lower;
        }
}

/* What a layer reads: the layer before, pooled or not. */
static void read_before(const OwnLayer *before, OwnLayer *l) {
    if (!l->pooled) {
        memcpy(l->x, before->y, inputs(l) * sizeof *l->x);
        return;
    }
    for (int c = 0; c < l->size.c; c++)
        max_pool(before->size.h, before->size.w, before->y + (size_t)c * plane(before),
                 l->x + (size_t)c * plane(l));
}

void own_network_forward(OwnNetwork *net, const real *x) {
    for (int i = 0; i < net->count; i++) {
        OwnLayer *l = &net->layer[i];
        if (i > 0) {
            read_before(l - 1, l);
        } else {
            for (size_t e = 0; e < inputs(l); e++) {
                const size_t c = e / plane(l);
                l->x[e] =
                    (x[e] - (real)net->reads.mean[c]) / (real)net->reads.deviation[c];
            }
        }
        TIMED(net->times, PIECE_CONV, net->use->conv2d(&l->size, l->x, l->w, l->b, l->y));
        for (size_t e = 0; e < outputs(l); e++)
            if (l->y[e] < 0) l->y[e] = 0;
    }
}

/* The weights of a layer, without a function of the student. */
static void scale_weights(const OwnLayer *l, const real *before, const real *after) {
    const size_t taps = (size_t)(l->size.k * l->size.k);
    real *w = l->w;
    for (int o = 0; o < l->size.o; o++) {
        for (int c = 0; c < l->size.c; c++, w += taps)
            vector_scale(taps, (double)(before[c] / after[o]), w, w);
        l->b[o] /= after[o];
    }
}

void own_network_normalise(OwnNetwork *net, double *const *mean) {
    real before[512], after[512];
    for (int i = 0; i < net->count; i++) {
        OwnLayer *l = &net->layer[i];
        const Sizes *d = &l->size;
        CHECK(d->c <= 512 && d->o <= 512, "%d channels", d->o);
        for (int c = 0; c < d->c; c++)
            before[c] = i ? (real)mean[i - 1][c] : 1;
        for (int o = 0; o < d->o; o++)
            after[o] = (real)mean[i][o];
        if (!net->use->normalise) {
            TIMED(net->times, PIECE_FEATURES, scale_weights(l, before, after));
            continue;
        }
        TIMED(net->times, PIECE_FEATURES,
              net->use->normalise(d->o, d->c, d->k * d->k, before, after, l->w, l->b));
    }
}

/* ---- Backward ---- */

void own_network_clear(OwnNetwork *net) {
    for (int i = 0; i < net->count; i++)
        memset(net->layer[i].dy, 0, outputs(&net->layer[i]) * sizeof(real));
}

/* dy of the layer before += what its reader has got. */
static void hand_back(OwnNetwork *net, const OwnLayer *l, OwnLayer *before) {
    const Sizes *size = &before->size;
    if (!l->pooled) {
        for (size_t e = 0; e < inputs(l); e++)
            before->dy[e] += l->dx[e];
        return;
    }
    for (int c = 0; c < size->o; c++)
        TIMED(net->times, PIECE_POOL,
              net->use->max_pool_backward(
                  size->h, size->w, before->y + (size_t)c * plane(before),
                  l->dx + (size_t)c * plane(l), before->dy + (size_t)c * plane(before)));
}

void own_network_backward(OwnNetwork *net, int deepest, real *gradient) {
    for (int i = deepest; i >= 0; i--) {
        OwnLayer *l = &net->layer[i];
        for (size_t e = 0; e < outputs(l); e++)
            if (l->y[e] <= 0) l->dy[e] = 0; /* the ReLU */
        memset(l->dx, 0, inputs(l) * sizeof *l->dx);
        TIMED(net->times, PIECE_CONV_BACKWARD,
              net->use->conv2d_backward(&l->size, l->dy, l->w, l->dx));
        if (i > 0) hand_back(net, l, l - 1);
    }
    const OwnLayer *first = &net->layer[0];
    for (size_t e = 0; e < inputs(first); e++)
        gradient[e] += first->dx[e] / (real)net->reads.deviation[e / plane(first)];
}
