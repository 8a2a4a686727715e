/* SqueezeNet (Iandola et al. 2016), small enough for a laptop: 1.2 million weights. 1.0
 * is the network of the paper; 1.1 pools earlier and takes 2.4 times less time. A fire
 * module squeezes the channels with a 1 x 1 convolution and expands them again with 1 x
 * 1 and 3 x 3 ones side by side:
 *
 *     x -> squeeze1x1 -> relu --+--> expand1x1 -> relu --+--> concat
 *                               +--> expand3x3 -> relu --+
 *
 * As in torchvision, poolings keep a last window that reaches beyond the edge. */
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

static const Layer layers1_0[] = {
    CONV("conv1", 96, 7, 2, 0), RELU("relu1"),
    POOL("pool1"),
    FIRE("fire2", 16, 64),
    FIRE("fire3", 16, 64),
    FIRE("fire4", 32, 128),
    POOL("pool4"),
    FIRE("fire5", 32, 128),
    FIRE("fire6", 48, 192),
    FIRE("fire7", 48, 192),
    FIRE("fire8", 64, 256),
    POOL("pool8"),
    FIRE("fire9", 64, 256),
    CONV("conv10", 1000, 1, 1, 0), RELU("relu10"),
};
/* clang-format on */

#define ROWS(layers) layers, sizeof(layers) / sizeof *(layers)

const NetworkTable network_squeezenet = {"squeezenet1_1", ROWS(layers), 13,
                                         &normalize_imagenet};
const NetworkTable network_squeezenet1_0 = {"squeezenet1_0", ROWS(layers1_0), 13,
                                            &normalize_imagenet};
