/* Random weights, and information about the weights that a network has. */
#include <stdio.h>
#include <tgmath.h>

#include "nn/network.h"
#include "nn/network_struct.h"

/* One generator gives a seed to every convolution, in order, even if its weights are
 * never drawn: the use of a deeper layer does not change the others. */
void network_random(Network *network, uint64_t seed) {
    Rng seeds = rng_seed(seed);
    network->weights = ARENA_NEW(network->arena, LayerWeights, (size_t)network->count);
    for (int i = network_next_conv(network, 0); i < network->count;
         i = network_next_conv(network, i + 1))
        network->weights[i].seed = rng_bits(&seeds);
    network->ready = network->count;
    network->naming = NAMING_CAFFE;
    network->own = network->asked;
}

void network_draw(Network *network, int index) {
    const Layer *layer = &network->layers[index];
    LayerWeights *weights = &network->weights[index];
    const Shape channels = {1, layer->channels, 1, 1};
    if (layer_has_bias(layer)) weights->bias = tensor_alloc(network->arena, channels);
    if (layer->kind == LAYER_NORM) {
        weights->weight = tensor_alloc(network->arena, channels);
        tensor_fill(weights->weight, 1);
        return;
    }
    Rng rng = rng_seed(weights->seed);
    double inputs = (double)layer->reads * layer->kernel * layer->kernel;
    weights->weight = tensor_alloc(network->arena, layer_weight_shape(layer));
    tensor_fill_normal(weights->weight, &rng, 0, sqrt(2 / inputs));
}

static Tensor copied(const Network *network, Tensor t) {
    return t.data ? tensor_clone(network->arena, t) : t;
}

void network_copy_weights(Network *network) {
    for (int i = 0; i < network->count; i++) {
        LayerWeights *weights = &network->weights[i];
        weights->weight = copied(network, weights->weight);
        weights->bias = copied(network, weights->bias);
    }
}

bool network_has(const Network *network, const char *layer) {
    int index;
    Error unused;
    return network_layer_find(network, layer, &index, &unused) && index < network->ready;
}

const char *network_deepest(const Network *network) {
    return network->ready > 0 ? network->layers[network->ready - 1].name : NULL;
}

static NamedTensor named(const Network *network, Arena *arena, int index,
                         const char *what) {
    char name[80];
    const LayerWeights *weights = &network->weights[index];
    snprintf(name, sizeof name, "%s.%s",
             layer_stem(network, index, network->naming, false).text, what);
    const Layer *layer = &network->layers[index];
    const bool bias = what[0] == 'b';
    NamedTensor item = {.name = arena_string(arena, name),
                        .rank = bias ? 1 : layer_weight_rank(layer),
                        .tensor = bias ? weights->bias : weights->weight};
    item.tensor.shape =
        bias ? (Shape){1, 1, 1, layer->channels} : layer_weight_shape(layer);
    return item;
}

NamedTensors network_weights(const Network *network, Arena *arena) {
    NamedTensors list = {0, ARENA_NEW(arena, NamedTensor, 2 * (size_t)network->count)};
    for (int i = 0; i < network->count; i++) {
        if (!network->weights[i].weight.data) continue;
        list.items[list.count++] = named(network, arena, i, "weight");
        if (network->weights[i].bias.data)
            list.items[list.count++] = named(network, arena, i, "bias");
    }
    return list;
}
