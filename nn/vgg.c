/* VGG: 3 x 3 convolutions that keep the size, and five poolings that halve it. Simonyan
 * and Zisserman 2014, configurations D (16) and E (19), without the fully connected
 * layers, which style transfer does not use. The weights are Oxford's. */
#include "nn/network_table.h"

/* clang-format off */
#define CONV VGG_CONV
#define RELU VGG_RELU
#define POOL VGG_POOL

static const Layer layers19[] = {
    CONV("conv1_1", 64),  RELU("relu1_1"),
    CONV("conv1_2", 64),  RELU("relu1_2"),
    POOL("pool1"),
    CONV("conv2_1", 128), RELU("relu2_1"),
    CONV("conv2_2", 128), RELU("relu2_2"),
    POOL("pool2"),
    CONV("conv3_1", 256), RELU("relu3_1"),
    CONV("conv3_2", 256), RELU("relu3_2"),
    CONV("conv3_3", 256), RELU("relu3_3"),
    CONV("conv3_4", 256), RELU("relu3_4"),
    POOL("pool3"),
    CONV("conv4_1", 512), RELU("relu4_1"),
    CONV("conv4_2", 512), RELU("relu4_2"),
    CONV("conv4_3", 512), RELU("relu4_3"),
    CONV("conv4_4", 512), RELU("relu4_4"),
    POOL("pool4"),
    CONV("conv5_1", 512), RELU("relu5_1"),
    CONV("conv5_2", 512), RELU("relu5_2"),
    CONV("conv5_3", 512), RELU("relu5_3"),
    CONV("conv5_4", 512), RELU("relu5_4"),
    POOL("pool5"),
};

static const Layer layers16[] = {
    CONV("conv1_1", 64),  RELU("relu1_1"),
    CONV("conv1_2", 64),  RELU("relu1_2"),
    POOL("pool1"),
    CONV("conv2_1", 128), RELU("relu2_1"),
    CONV("conv2_2", 128), RELU("relu2_2"),
    POOL("pool2"),
    CONV("conv3_1", 256), RELU("relu3_1"),
    CONV("conv3_2", 256), RELU("relu3_2"),
    CONV("conv3_3", 256), RELU("relu3_3"),
    POOL("pool3"),
    CONV("conv4_1", 512), RELU("relu4_1"),
    CONV("conv4_2", 512), RELU("relu4_2"),
    CONV("conv4_3", 512), RELU("relu4_3"),
    POOL("pool4"),
    CONV("conv5_1", 512), RELU("relu5_1"),
    CONV("conv5_2", 512), RELU("relu5_2"),
    CONV("conv5_3", 512), RELU("relu5_3"),
    POOL("pool5"),
};

/* Configurations B (13) and A (11), which are recognised and refused. */
static const Layer layers13[] = {
    CONV("conv1_1", 64),  RELU("relu1_1"),
    CONV("conv1_2", 64),  RELU("relu1_2"),
    POOL("pool1"),
    CONV("conv2_1", 128), RELU("relu2_1"),
    CONV("conv2_2", 128), RELU("relu2_2"),
    POOL("pool2"),
    CONV("conv3_1", 256), RELU("relu3_1"),
    CONV("conv3_2", 256), RELU("relu3_2"),
    POOL("pool3"),
    CONV("conv4_1", 512), RELU("relu4_1"),
    CONV("conv4_2", 512), RELU("relu4_2"),
    POOL("pool4"),
    CONV("conv5_1", 512), RELU("relu5_1"),
    CONV("conv5_2", 512), RELU("relu5_2"),
    POOL("pool5"),
};

static const Layer layers11[] = {
    CONV("conv1_1", 64),  RELU("relu1_1"),
    POOL("pool1"),
    CONV("conv2_1", 128), RELU("relu2_1"),
    POOL("pool2"),
    CONV("conv3_1", 256), RELU("relu3_1"),
    CONV("conv3_2", 256), RELU("relu3_2"),
    POOL("pool3"),
    CONV("conv4_1", 512), RELU("relu4_1"),
    CONV("conv4_2", 512), RELU("relu4_2"),
    POOL("pool4"),
    CONV("conv5_1", 512), RELU("relu5_1"),
    CONV("conv5_2", 512), RELU("relu5_2"),
    POOL("pool5"),
};

/* A VGG-19 to relu5_1 with a quarter of the channels, trained to imitate the full one:
 * Wang et al., "Collaborative Distillation for Ultra-Resolution Universal Style
 * Transfer", CVPR 2020. conv0 does the preprocessing; padding is by reflection. */
#define REFLECT(layer, out)                                                              \
    {.name = layer, .kind = LAYER_CONV, .channels = out, .kernel = 3, .stride = 1,       \
     .pad = 1, .mode = PAD_REFLECT}

static const Layer layers_small16x[] = {
    {.name = "conv0", .kind = LAYER_CONV, .channels = 3, .kernel = 1, .stride = 1},
    REFLECT("conv1_1", 16),    RELU("relu1_1"),
    REFLECT("conv1_2", 16),    RELU("relu1_2"),
    POOL("pool1"),
    REFLECT("conv2_1", 32),    RELU("relu2_1"),
    REFLECT("conv2_2", 32),    RELU("relu2_2"),
    POOL("pool2"),
    REFLECT("conv3_1", 64),    RELU("relu3_1"),
    REFLECT("conv3_2", 64),    RELU("relu3_2"),
    REFLECT("conv3_3", 64),    RELU("relu3_3"),
    REFLECT("conv3_4", 64),    RELU("relu3_4"),
    POOL("pool3"),
    REFLECT("conv4_1", 128),   RELU("relu4_1"),
    REFLECT("conv4_2", 128),   RELU("relu4_2"),
    REFLECT("conv4_3", 128),   RELU("relu4_3"),
    REFLECT("conv4_4", 128),   RELU("relu4_4"),
    POOL("pool4"),
    REFLECT("conv5_1", 128),   RELU("relu5_1"),
};
/* clang-format on */

#define ROWS(layers) layers, sizeof(layers) / sizeof *(layers)

const NetworkTable network_vgg19 = {"vgg19", ROWS(layers19), 37, &normalize_oxford};
const NetworkTable network_vgg16 = {"vgg16", ROWS(layers16), 31, &normalize_oxford};
const NetworkTable network_vgg13 = {"vgg13", ROWS(layers13), 25, &normalize_oxford};
const NetworkTable network_vgg11 = {"vgg11", ROWS(layers11), 21, &normalize_oxford};
const NetworkTable network_small16x = {"vgg19_small16x", ROWS(layers_small16x), 0,
                                       &normalize_nothing};
