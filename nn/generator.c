/* Johnson, Alahi and Fei-Fei 2016, "Perceptual Losses for Real-Time Style Transfer and
 * Super-Resolution", with half of the channels and three residual blocks:
 *
 *     side 1      3 -> 16, 9 x 9                               16 -> 3, 9 x 9 -> sigmoid
 *     side 1/2        -> 32, stride 2               upsample -> 16
 *     side 1/4               -> 64, stride 2  -> 3 blocks of 64 -> upsample -> 32
 *
 *     block:  x + norm(conv(relu(norm(conv(x)))))
 *
 * Every convolution but the last is followed by an instance normalisation (Ulyanov et al.
 * 2016) and, but for the end of a block, a ReLU. Nearest-neighbour upsampling before a
 * convolution leaves no checkerboard (Odena et al. 2016), and reflection no frame.
 *
 * A normalisation takes away every number that was added to a whole channel before it, also
 * before a convolution with mirrored borders or an upsampling. So convolutions before one
 * have no bias, and the ends of blocks no shift: training would only let them drift. */
#include "nn/generator.h"

#include "nn/network_struct.h"
#include "nn/network_table.h"

/* clang-format off */
#define CONV(layer, out, k, s)                                                           \
    {.name = layer, .kind = LAYER_CONV, .channels = out, .kernel = k, .stride = s,       \
     .pad = k / 2, .mode = PAD_REFLECT, .no_bias = true}
#define NORM(layer) {.name = layer, .kind = LAYER_NORM}
#define RELU(layer) {.name = layer, .kind = LAYER_RELU}
#define UPSAMPLE(layer) {.name = layer, .kind = LAYER_UPSAMPLE}
#define BLOCK(block, source)                                                             \
    CONV(block "/conv1", 64, 3, 1), NORM(block "/norm1"), RELU(block "/relu1"),          \
    CONV(block "/conv2", 64, 3, 1),                                                      \
    {.name = block "/norm2", .kind = LAYER_NORM, .no_bias = true},                       \
    {.name = block, .kind = LAYER_ADD, .from = source}

static const Layer layers[] = {
    CONV("conv1", 16, 9, 1), NORM("norm1"), RELU("relu1"),
    CONV("conv2", 32, 3, 2), NORM("norm2"), RELU("relu2"),
    CONV("conv3", 64, 3, 2), NORM("norm3"), RELU("relu3"),
    BLOCK("block1", "relu3"),
    BLOCK("block2", "block1"),
    BLOCK("block3", "block2"),
    UPSAMPLE("up4"),
    CONV("conv4", 32, 3, 1), NORM("norm4"), RELU("relu4"),
    UPSAMPLE("up5"),
    CONV("conv5", 16, 3, 1), NORM("norm5"), RELU("relu5"),
    {.name = "conv6", .kind = LAYER_CONV, .channels = 3, .kernel = 9, .stride = 1,
     .pad = 4, .mode = PAD_REFLECT},
    {.name = "crop6", .kind = LAYER_CROP},
    {.name = "picture", .kind = LAYER_SIGMOID},
};
/* clang-format on */

const NetworkTable network_generator = {
    "generator", layers, sizeof layers / sizeof *layers, 0, &normalize_imagenet};

Network *generator_new(Arena *arena) {
    return network_of_table(arena, &network_generator);
}

bool generator_refuse(int h, int w, Error *err) {
    return error_set(err,
                     "the picture is too small: a style paints at least %d x %d pixels, "
                     "got %d x %d (width x height); use a larger one",
                     GENERATOR_LEAST, GENERATOR_LEAST, w, h);
}

bool generator_record(Network *generator, Tape *tape, Node *photo, Node **picture,
                      Error *err) {
    static const char *const last = "picture";
    if (photo->shape.h < GENERATOR_LEAST || photo->shape.w < GENERATOR_LEAST)
        return generator_refuse(photo->shape.h, photo->shape.w, err);
    Node *x = ag_normalize(photo, network_normalize(generator));
    return network_record(generator, tape, x, &last, 1, picture, err);
}
