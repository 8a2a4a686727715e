#include <string.h>

#include "autograd/ops.h"
#include "nn/network.h"
#include "nn/network_struct.h"
#include "tensor/check.h"

static Node *leaf(const Network *network, Tape *tape, Tensor t, const char *layer,
                  const char *what) {
    Node *node = network->trainable ? tape_variable(tape, t) : tape_constant(tape, t);
    return node_label(node, "%s.%s", layer, what);
}

/* How a convolution is recorded: as it is, or in one op with its neighbour. */
typedef enum ConvWith { WITH_NONE, WITH_RELU, WITH_UPSAMPLE } ConvWith;

static Node *record_conv(Network *network, int index, Tape *tape, Node *x,
                         ConvWith with) {
    const Layer *layer = &network->layers[index];
    LayerWeights *weights = &network->weights[index];
    if (!weights->weight.data) network_draw(network, index);
    Node *w = leaf(network, tape, weights->weight, layer->name, "weight");
    Node *b = layer_has_bias(layer)
                  ? leaf(network, tape, weights->bias, layer->name, "bias")
                  : NULL;
    if (with == WITH_UPSAMPLE) return ag_upsample_conv2d(x, w, b);
    const Conv2d conv = {.stride = layer->stride, .pad = layer->pad, .mode = layer->mode};
    return with == WITH_RELU ? ag_conv2d_relu(x, w, b, conv) : ag_conv2d(x, w, b, conv);
}

static Node *record_norm(Network *network, int index, Tape *tape, Node *x, bool relu) {
    const char *name = network->layers[index].name;
    LayerWeights *weights = &network->weights[index];
    if (!weights->weight.data) network_draw(network, index);
    Node *scale = leaf(network, tape, weights->weight, name, "weight");
    Node *shift = layer_has_bias(&network->layers[index])
                      ? leaf(network, tape, weights->bias, name, "bias")
                      : NULL;
    const InstanceNorm norm = {.epsilon = NORM_EPSILON};
    return relu ? ag_instance_norm_relu(x, scale, shift, norm)
                : ag_instance_norm(x, scale, shift, norm);
}

/* The first h rows and w columns. */
static Node *record_crop(Node *x, int h, int w) {
    if (x->shape.h > h) x = ag_slice(x, (Slice){.axis = 2, .count = h});
    if (x->shape.w > w) x = ag_slice(x, (Slice){.axis = 3, .count = w});
    return x;
}

static Node *record_pool(const Network *network, const Layer *layer, Node *x) {
    Pool2d pool = {layer->kernel, layer->stride, layer->pad, layer->ceil_mode};
    return network->average ? ag_avg_pool(x, pool) : ag_max_pool(x, pool);
}

/* A layer of `network` for an `input` of that shape, which reads a, or a and b. */
static Node *record_layer(Network *network, int index, Tape *tape, Shape input, Node *a,
                          Node *b) {
    const Layer *layer = &network->layers[index];
    switch (layer->kind) {
    case LAYER_CONV:
        return record_conv(network, index, tape, a, WITH_NONE);
    case LAYER_RELU:
        return ag_relu(a);
    case LAYER_POOL:
        return record_pool(network, layer, a);
    case LAYER_CONCAT:
        return ag_concat(2, (Node *[]){a, b});
    case LAYER_NORM:
        return record_norm(network, index, tape, a, false);
    case LAYER_UPSAMPLE:
        return ag_upsample(a, (Upsample){.factor = 2});
    case LAYER_ADD:
        return ag_add(a, b);
    case LAYER_CROP:
        return record_crop(a, input.h, input.w);
    case LAYER_SIGMOID:
        return ag_sigmoid(a);
    }
    CHECK(false, "layer %s is of no known kind", layer->name);
    return NULL;
}

/* Marks the requested layers and, from the deepest up, all layers that they read. */
static void mark(const Network *network, const int *asked, int count, bool *needed) {
    for (int i = 0; i < count; i++)
        needed[asked[i]] = true;
    for (int i = network->count - 1; i >= 0; i--) {
        if (!needed[i]) continue;
        for (int k = 0; k < 2; k++)
            if (network->layers[i].in[k] >= 0) needed[network->layers[i].in[k]] = true;
    }
}

static bool among(int index, const int *asked, int count) {
    for (int k = 0; k < count; k++)
        if (asked[k] == index) return true;
    return false;
}

/* Whether an upsampling and the convolution after it can be one op, and gain by it: with
 * more channels than half of those that it reads, Winograd's products of the large image
 * are as fast. */
static bool enlarges(const Network *network, int i) {
    const Layer *layer = &network->layers[i], *next = layer + 1;
    return layer->kind == LAYER_UPSAMPLE && i + 1 < network->count &&
           next->kind == LAYER_CONV && next->in[0] == i && next->kernel == 3 &&
           next->stride == 1 && next->pad == 1 && next->mode == PAD_REFLECT &&
           2 * next->channels <= layer->channels;
}

/* Whether a layer and that after it become one op: only if no other layer reads it and it
 * is not requested itself. */
static bool fuses(const Network *network, int i, const int *asked, int count,
                  const bool *needed) {
    return (network_has_relu(network, i) || enlarges(network, i)) && needed[i + 1] &&
           !among(i, asked, count);
}

static Node *record_both(Network *network, int i, Tape *tape, Node *x) {
    switch (network->layers[i].kind) {
    case LAYER_CONV:
        return record_conv(network, i, tape, x, WITH_RELU);
    case LAYER_UPSAMPLE:
        return record_conv(network, i + 1, tape, x, WITH_UPSAMPLE);
    default:
        return record_norm(network, i, tape, x, true);
    }
}

/* Checks everything that may fail, before anything is recorded. */
static bool ready(const Network *network, Shape input, const char *const *layers,
                  int count, int *asked, Error *err) {
    for (int i = 0; i < count; i++) {
        Shape output;
        if (!network_layer_find(network, layers[i], &asked[i], err)) return false;
        if (asked[i] >= network->ready)
            return error_set(err,
                             "%s has no weights for layer %s%s%s; name other layers or "
                             "use a complete file",
                             network->table->name, network->layers[asked[i]].name,
                             network->ready ? ", only up to " : " or any other",
                             network->ready ? network_deepest(network) : "");
        if (!network_shape(network, layers[i], input, &output, err)) return false;
    }
    return true;
}

/* Records the needed layers; nodes[i] becomes the output of layer i. */
static void record(Network *network, Tape *tape, Node *input, const int *asked, int count,
                   const bool *needed, Node **nodes) {
    for (int i = 0; i < network->count; i++) {
        if (!needed[i]) continue;
        const int *in = network->layers[i].in;
        Node *a = in[0] < 0 ? input : nodes[in[0]], *b = in[1] < 0 ? NULL : nodes[in[1]];
        if (fuses(network, i, asked, count, needed)) {
            nodes[i + 1] = record_both(network, i, tape, a);
            i++;
        } else {
            nodes[i] = record_layer(network, i, tape, input->shape, a, b);
        }
        node_label(nodes[i], "%s", network->layers[i].name);
    }
}

bool network_record(Network *network, Tape *tape, Node *input, const char *const *layers,
                    int count, Node **out, Error *err) {
    Arena *arena = arena_new();
    int *asked = ARENA_NEW(arena, int, (size_t)count);
    bool *needed = ARENA_NEW(arena, bool, (size_t)network->count);
    Node **nodes = ARENA_NEW(arena, Node *, (size_t)network->count);
    const bool good = ready(network, input->shape, layers, count, asked, err);
    if (good) {
        mark(network, asked, count, needed);
        record(network, tape, input, asked, count, needed, nodes);
        for (int i = 0; i < count; i++)
            out[i] = nodes[asked[i]];
    }
    arena_free(arena);
    return good;
}
