/* paintnet, this project's network: VGG's layers up to the fourth block with at most
 * half of the channels, trained by `stylegrad train-features` to imitate VGG-19's
 * features (train/distill.h). Its weights are in assets/. */
#include "nn/network_table.h"

/* clang-format off */
#define CONV VGG_CONV
#define RELU VGG_RELU
#define POOL VGG_POOL

static const Layer layers[] = {
    CONV("conv1_1", 32),  RELU("relu1_1"),
    CONV("conv1_2", 32),  RELU("relu1_2"),
    POOL("pool1"),
    CONV("conv2_1", 64),  RELU("relu2_1"),
    CONV("conv2_2", 64),  RELU("relu2_2"),
    POOL("pool2"),
    CONV("conv3_1", 128), RELU("relu3_1"),
    CONV("conv3_2", 128), RELU("relu3_2"),
    CONV("conv3_3", 128), RELU("relu3_3"),
    POOL("pool3"),
    CONV("conv4_1", 192), RELU("relu4_1"),
};
/* clang-format on */

const NetworkTable network_paintnet = {"paintnet", layers, sizeof layers / sizeof *layers,
                                       0, &normalize_imagenet};
