#include "nn/network.h"
#include "nn/network_struct.h"
#include "tensor/check.h"

/* The divisor of channel c of a layer's output; ReLUs, poolings and concatenations have
 * those of their inputs. */
static double divisor(const Network *network, double *const *by, int index, int c) {
    if (index < 0) return 1;
    const Layer *layer = &network->layers[index];
    if (layer->kind == LAYER_CONV) return by[index] ? by[index][c] : 1;
    CHECK(layer->kind == LAYER_RELU || layer->kind == LAYER_POOL ||
              layer->kind == LAYER_CONCAT,
          "layer %s is not linear in positive factors", layer->name);
    if (layer->kind != LAYER_CONCAT) return divisor(network, by, layer->in[0], c);
    const int first = network->layers[layer->in[0]].channels;
    return c < first ? divisor(network, by, layer->in[0], c)
                     : divisor(network, by, layer->in[1], c - first);
}

static bool changes(const Network *network, double *const *by, int index) {
    const Layer *layer = &network->layers[index];
    if (by[index]) return true;
    for (int c = 0; c < layer->reads; c++)
        if (divisor(network, by, layer->in[0], c) != 1) return true;
    return false;
}

static void divide(Network *network, double *const *by, int index) {
    const Layer *layer = &network->layers[index];
    const size_t window = (size_t)layer->kernel * (size_t)layer->kernel;
    LayerWeights *weights = &network->weights[index];
    if (!weights->weight.data) network_draw(network, index);
    for (int o = 0; o < layer->channels; o++) {
        const double out = divisor(network, by, index, o);
        CHECK(out > 0, "%s: channel %d is divided by %g", layer->name, o, out);
        for (int c = 0; c < layer->reads; c++) {
            const real factor = (real)(divisor(network, by, layer->in[0], c) / out);
            real *w = tensor_at(weights->weight, o, c, 0, 0);
            for (size_t k = 0; k < window; k++)
                w[k] *= factor;
        }
        weights->bias.data[o] *= (real)(1 / out);
    }
}

void network_divide(Network *network, double *const *by) {
    for (int i = network_next_conv(network, 0); i < network->ready;
         i = network_next_conv(network, i + 1))
        if (changes(network, by, i)) divide(network, by, i);
}
