/* The generator for statistics that are fixed: a normalisation is then linear, and the
 * convolution before it does its work. With deviation d = sqrt(variance + epsilon),
 *
 *     s (w x - m) / d + t = (s / d) w x + (t - s m / d)
 *
 * so the kernels are multiplied by s / d, and the bias is t - s m / d. */
#include <math.h>
#include <string.h>

#include "nn/generator.h"
#include "nn/network_struct.h"
#include "nn/network_table.h"
#include "tensor/check.h"

/* clang-format off */
#define CONV(layer, out, k, s)                                                           \
    {.name = layer, .kind = LAYER_CONV, .channels = out, .kernel = k, .stride = s,       \
     .pad = k / 2, .mode = PAD_REFLECT}
#define RELU(layer) {.name = layer, .kind = LAYER_RELU}
#define UPSAMPLE(layer) {.name = layer, .kind = LAYER_UPSAMPLE}
#define BLOCK(block, source)                                                             \
    CONV(block "/conv1", 64, 3, 1), RELU(block "/relu1"),                                \
    CONV(block "/conv2", 64, 3, 1),                                                      \
    {.name = block, .kind = LAYER_ADD, .from = source}

static const Layer layers[] = {
    CONV("conv1", 16, 9, 1), RELU("relu1"),
    CONV("conv2", 32, 3, 2), RELU("relu2"),
    CONV("conv3", 64, 3, 2), RELU("relu3"),
    BLOCK("block1", "relu3"),
    BLOCK("block2", "block1"),
    BLOCK("block3", "block2"),
    UPSAMPLE("up4"),
    CONV("conv4", 32, 3, 1), RELU("relu4"),
    UPSAMPLE("up5"),
    CONV("conv5", 16, 3, 1), RELU("relu5"),
    CONV("conv6", 3, 9, 1),
    {.name = "crop6", .kind = LAYER_CROP},
    {.name = "picture", .kind = LAYER_SIGMOID},
};
/* clang-format on */

static const NetworkTable folded_table = {
    "generator", layers, sizeof layers / sizeof *layers, 0, &normalize_imagenet};

static int index_of(const Network *network, const char *name) {
    Error none;
    int index = 0;
    CHECK(network_layer_find(network, name, &index, &none), "no layer %s", name);
    return index;
}

Network *generator_folded_new(Arena *arena, const Network *style) {
    Network *folded = network_of_table(arena, &folded_table);
    for (int i = network_next_conv(folded, 0); i < folded->count;
         i = network_next_conv(folded, i + 1)) {
        const Layer *layer = &folded->layers[i];
        const LayerWeights *from = &style->weights[index_of(style, layer->name)];
        LayerWeights *to = &folded->weights[i];
        to->weight = tensor_clone(arena, from->weight);
        to->bias = tensor_alloc(arena, (Shape){1, layer->channels, 1, 1});
        if (from->bias.data) tensor_copy(to->bias, from->bias);
    }
    folded->ready = folded->count;
    return folded;
}

const char *generator_normalised(int i) {
    int found = -1;
    for (size_t k = 0; k < sizeof layers / sizeof *layers; k++)
        if (layers[k].kind == LAYER_CONV && strcmp(layers[k].name, "conv6") != 0 &&
            ++found == i)
            return layers[k].name;
    return NULL;
}

void generator_fold(Network *folded, const Network *style, const char *convolution,
                    const double *mean, const double *variance) {
    const int from = index_of(style, convolution);
    const LayerWeights *kernels = &style->weights[from],
                       *norm = &style->weights[from + 1];
    LayerWeights *to = &folded->weights[index_of(folded, convolution)];
    const Shape shape = kernels->weight.shape;
    const size_t each = (size_t)shape.c * (size_t)shape.h * (size_t)shape.w;
    for (int o = 0; o < shape.n; o++) {
        const double scale =
            (double)norm->weight.data[o] / sqrt(variance[o] + NORM_EPSILON);
        const double shift = norm->bias.data ? (double)norm->bias.data[o] : 0;
        for (size_t k = 0; k < each; k++)
            to->weight.data[(size_t)o * each + k] =
                (real)(scale * (double)kernels->weight.data[(size_t)o * each + k]);
        to->bias.data[o] = (real)(shift - scale * mean[o]);
    }
}
