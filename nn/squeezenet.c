/* SqueezeNet 1.1 (Iandola et al. 2016), small enough for a laptop: 1.2 million weights.
 * A fire module squeezes the channels with a 1 x 1 convolution and expands them again
 * with 1 x 1 and 3 x 3 ones side by side:
 *
 *     x -> squeeze1x1 -> relu --+--> expand1x1 -> relu --+--> concat
 *                               +--> expand3x3 -> relu --+
 *
 * Poolings keep the last window when it hangs over the edge, as torchvision's do. */
#include "nn/network_table.h"

/* clang-format off */
#define CONV(layer, out, k, s, p)                                                        \
    {.name = layer, .kind = LAYER_CONV, .channels = out, .kernel = k, .stride = s, .pad = p}
#define RELU(layer) {.name = layer, .kind = LAYER_RELU}
#define POOL(layer)                                                                      \
    {.name = layer, .kind = LAYER_POOL, .kernel = 3, .stride = 2, .ceil_mode = true}
#define EXPAND3(layer, out, source)                                                      \
    {.name = layer, .kind = LAYER_CONV, .channels = out, .kernel = 3, .stride = 1,       \
     .pad = 1, .from = source}
#define CONCAT(layer, source) {.name = layer, .kind = LAYER_CONCAT, .from = source}

#define FIRE(fire, squeezed, expanded)                                                   \
    CONV(fire "/squeeze1x1", squeezed, 1, 1, 0), RELU(fire "/relu_squeeze1x1"),          \
        CONV(fire "/expand1x1", expanded, 1, 1, 0), RELU(fire "/relu_expand1x1"),        \
        EXPAND3(fire "/expand3x3", expanded, fire "/relu_squeeze1x1"),                   \
        RELU(fire "/relu_expand3x3"), CONCAT(fire, fire "/relu_expand1x1")

static const Layer layers[] = {
    CONV("conv1", 64, 3, 2, 0), RELU("relu1"),
    POOL("pool1"),
    FIRE("fire2", 16, 64),
    FIRE("fire3", 16, 64),
    POOL("pool3"),
    FIRE("fire4", 32, 128),
    FIRE("fire5", 32, 128),
    POOL("pool5"),
    FIRE("fire6", 48, 192),
    FIRE("fire7", 48, 192),
    FIRE("fire8", 64, 256),
    FIRE("fire9", 64, 256),
    CONV("conv10", 1000, 1, 1, 0), RELU("relu10"),
};
/* clang-format on */

const Normalize normalize_imagenet = {{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}};

const NetworkTable network_squeezenet = {
    "squeezenet1_1", layers, sizeof layers / sizeof *layers, 13, &normalize_imagenet};
