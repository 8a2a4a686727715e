#include "nn/network.h"

#include <string.h>

#include "nn/network_struct.h"
#include "tensor/check.h"
#include "tensor/text.h"

const char *network_known(int i) {
    return network_table(i) ? network_table(i)->name : NULL;
}

const char *pooling_name(int pooling) {
    static const char *const names[] = {
        [POOL_DEFAULT] = "default", [POOL_MAX] = "max", [POOL_AVG] = "avg"};
    return TEXT_AT(names, pooling);
}

const char *padding_name(int padding) {
    static const char *const names[] = {[PADDING_DEFAULT] = "default",
                                        [PADDING_REFLECT] = "reflect",
                                        [PADDING_REPLICATE_FIRST] = "replicate-first"};
    return TEXT_AT(names, padding);
}

/* The index of a row above row i. Tables are part of the program, so a missing row is a
 * programmer's mistake.
 */
static int row_find(const Layer *layers, int i, const char *name) {
    for (int k = 0; k < i; k++)
        if (strcmp(layers[k].name, name) == 0) return k;
    CHECK(false, "layer %s reads %s, which is not above it", layers[i].name, name);
    return -1;
}

/* Computes what the table does not state. Outputs are `step` input pixels apart and have
 * a receptive field of `field` pixels, so a window of k of them has field + (k - 1)
 * step. Upsampled, every second output lies half a step after the one it is a copy of. */
static void layer_init(Layer *layers, int i) {
    static const Layer input = {.channels = 3, .field = 1, .step = 1};
    Layer *layer = &layers[i];
    layer->in[0] = layer->from ? row_find(layers, i, layer->from) : i - 1;
    layer->in[1] = layer->kind == LAYER_CONCAT || layer->kind == LAYER_ADD ? i - 1 : -1;
    const Layer *source = layer->in[0] < 0 ? &input : &layers[layer->in[0]];
    layer->reads = source->channels;
    layer->field = source->field;
    layer->step = source->step;
    layer->first = source->first;
    if (layer->kind != LAYER_CONV) layer->channels = source->channels;
    if (layer->kind == LAYER_CONV || layer->kind == LAYER_POOL) {
        layer->field += (layer->kernel - 1) * source->step;
        layer->first -= layer->pad * source->step;
        layer->step *= layer->stride;
    }
    if (layer->kind == LAYER_UPSAMPLE) {
        layer->step /= 2;
        layer->field += layer->step;
        layer->first -= layer->step;
    }
    if (layer->in[1] >= 0) {
        const Layer *other = &layers[layer->in[1]];
        if (layer->kind == LAYER_CONCAT) layer->channels += other->channels;
        if (other->field > layer->field) layer->field = other->field;
        if (other->first < layer->first) layer->first = other->first;
    }
}

static Network *network_from(Arena *arena, const NetworkTable *table, Pooling pooling) {
    Network *network = ARENA_NEW(arena, Network, 1);
    *network = (Network){.arena = arena,
                         .table = table,
                         .average = pooling == POOL_AVG,
                         .count = table->count};
    size_t count = (size_t)table->count;
    network->weights = ARENA_NEW(arena, LayerWeights, count);
    network->layers = ARENA_NEW(arena, Layer, count);
    memcpy(network->layers, table->layers, count * sizeof(Layer));
    for (int i = 0; i < network->count; i++)
        layer_init(network->layers, i);
    return network;
}

Network *network_of_table(Arena *arena, const NetworkTable *table) {
    return network_from(arena, table, POOL_DEFAULT);
}

Network *network_new(Arena *arena, const char *name, Pooling pooling, Error *err) {
    for (int i = 0; network_table(i); i++)
        if (strcmp(network_known(i), name) == 0)
            return network_from(arena, network_table(i), pooling);
    char names[256] = "";
    for (int i = 0; network_known(i); i++)
        text_append(names, sizeof names, "%s%s",
                    i == 0                 ? ""
                    : network_known(i + 1) ? ", "
                                           : " or ",
                    network_known(i));
    error_set(err, "there is no network \"%.60s\"; choose %s", name, names);
    return NULL;
}

void network_padding(Network *network, Padding padding) {
    for (int i = 0; i < network->count; i++) {
        Layer *layer = &network->layers[i];
        layer->mode = network->table->layers[i].mode;
        if (padding == PADDING_REFLECT && layer->pad > 0) layer->mode = PAD_REFLECT;
    }
    if (padding == PADDING_REPLICATE_FIRST)
        network->layers[network_next_conv(network, 0)].mode = PAD_REPLICATE;
}

const char *network_name(const Network *network) {
    return network->table->name;
}

int network_count(const Network *network) {
    return network->count;
}

const Layer *network_layer(const Network *network, int index) {
    CHECK(index >= 0 && index < network->count, "layer %d of %s, which has %d", index,
          network->table->name, network->count);
    return &network->layers[index];
}

void network_trainable(Network *network, bool trainable) {
    network->trainable = trainable;
}

int network_next_conv(const Network *network, int index) {
    while (index < network->count && network->layers[index].kind != LAYER_CONV)
        index++;
    return index;
}

bool layer_has_weights(const Layer *layer) {
    return layer->kind == LAYER_CONV || layer->kind == LAYER_NORM;
}

bool layer_has_bias(const Layer *layer) {
    return layer_has_weights(layer) && !layer->no_bias;
}

int network_next_weighted(const Network *network, int index) {
    while (index < network->count && !layer_has_weights(&network->layers[index]))
        index++;
    return index;
}

bool network_has_relu(const Network *network, int index) {
    const Layer *layer = &network->layers[index];
    return (layer->kind == LAYER_CONV || layer->kind == LAYER_NORM) &&
           index + 1 < network->count && layer[1].kind == LAYER_RELU &&
           layer[1].in[0] == index;
}

Shape layer_weight_shape(const Layer *layer) {
    if (layer->kind == LAYER_NORM) return (Shape){1, 1, 1, layer->channels};
    return (Shape){layer->channels, layer->reads, layer->kernel, layer->kernel};
}

int layer_weight_rank(const Layer *layer) {
    return layer->kind == LAYER_NORM ? 1 : 4;
}

size_t network_parameters(const Network *network, int index) {
    size_t sum = 0;
    for (int i = 0; i <= index; i++) {
        const Layer *layer = network_layer(network, i);
        if (layer_has_weights(layer)) sum += shape_size(layer_weight_shape(layer));
        if (layer_has_bias(layer)) sum += (size_t)layer->channels;
    }
    return sum;
}
