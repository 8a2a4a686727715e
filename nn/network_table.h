/* What a network is made from: a table of its layers. For the files that implement
 * nn/network.h. */
#ifndef NN_NETWORK_TABLE_H
#define NN_NETWORK_TABLE_H

#include "nn/network_types.h"
#include "nn/preprocess.h"

/* One published network: one row for each layer, in order. A new
 * network is a new table and a line in network_table.c. */
typedef struct NetworkTable {
    const char *name;
    const Layer *layers;
    int count;
    int features; /* how many of the outer layers torchvision calls features.N; 0: none */
    const Normalize *normalize;
} NetworkTable;

#define NORM_EPSILON 1e-5 /* of LAYER_NORM, as PyTorch's InstanceNorm2d */

/* Rows of VGG's plan: convolutions that keep the size, poolings that halve it. */
#define VGG_CONV(layer, out)                                                             \
    {                                                                                    \
        .name = layer, .kind = LAYER_CONV, .channels = out, .kernel = 3, .stride = 1,    \
        .pad = 1                                                                         \
    }
#define VGG_RELU(layer)                                                                  \
    { .name = layer, .kind = LAYER_RELU }
#define VGG_POOL(layer)                                                                  \
    { .name = layer, .kind = LAYER_POOL, .kernel = 2, .stride = 2 }

extern const NetworkTable network_vgg19, network_vgg16, network_squeezenet,
    network_squeezenet1_0, network_small16x, network_paintnet;

/* What generator_new makes. It is not found by its name: it has no features to name. */
extern const NetworkTable network_generator;

/* Similar networks that are recognised and refused by name. */
extern const NetworkTable network_vgg11, network_vgg13;

/* The table of that number, of the networks that are read and of those that are only
 * known by name; NULL after the last. */
const NetworkTable *network_table(int i);
const NetworkTable *network_relative(int i);

#endif
