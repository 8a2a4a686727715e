/* What a network is made of: for the files of this folder that implement network.h. */
#ifndef NN_NETWORK_TABLE_H
#define NN_NETWORK_TABLE_H

#include "nn/network.h"

/* How a weight file calls convolutions: conv1_1 (Caffe, Gatys), features.0 (torchvision,
 * timm), 0 (torchvision's features saved alone), block1_conv1 (Keras). */
typedef enum Naming {
    NAMING_CAFFE,
    NAMING_TORCHVISION,
    NAMING_SEQUENTIAL,
    NAMING_KERAS,
    NAMINGS
} Naming;

/* One published network: rows that name, in order, what is done to a picture. A new
 * network is a new table and a line in network.c. */
typedef struct NetworkTable {
    const char *name;
    const Layer *layers;
    int count;
    int features; /* how many of the outer layers torchvision calls features.N; 0: none */
    const Normalize *normalize;
} NetworkTable;

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

/* Relatives that are told from the others and refused by name. */
extern const NetworkTable network_vgg11, network_vgg13;

/* For RGB in [0, 1]: Oxford's VGG wants 0..255 minus the mean colour of ImageNet,
 * torchvision's networks want mean 0 and deviation 1 over ImageNet. */
extern const Normalize normalize_oxford, normalize_imagenet, normalize_nothing;

/* The weights of one convolution. */
typedef struct LayerWeights {
    Tensor weight; /* (out, in, kernel, kernel); data is NULL when not there (yet) */
    Tensor bias;   /* (1, out, 1, 1) */
    uint64_t seed; /* for random weights that are not drawn yet */
} LayerWeights;

struct Network {
    Arena *arena;
    const NetworkTable *table;
    bool average; /* poolings take means */
    bool trainable;
    Naming naming;         /* how the weights' file calls them */
    Preprocess asked, own; /* what the user said, what the file is */
    int count;
    Layer *layers;
    LayerWeights *weights; /* one per layer; used for convolutions */
    int ready;             /* layers before this one have their weights */
};

/* The table of that number, of the networks that are read and of those that are only
 * known by name; NULL after the last. */
const NetworkTable *network_table(int i);
const NetworkTable *network_relative(int i);

/* A network of that table, with its own pooling. */
Network *network_of_table(Arena *arena, const NetworkTable *table);

/* Outer layers are those a picture passes one after the other; the parts of a fire module
 * (fire2/squeeze1x1) are inner ones. */
bool layer_is_outer(const Layer *layer);

/* The first convolution at this place or after it; network->count when there is none. */
int network_next_conv(const Network *network, int index);

/* Whether this is a convolution with a ReLU, which is then the row below it. */
bool network_has_relu(const Network *network, int index);

/* Shape of a convolution's weight, (out, in, kernel, kernel). */
Shape layer_weight_shape(const Layer *layer);

/* What a weight file calls a convolution: fire2.squeeze1x1, or features.3.squeeze in
 * torchvision's. The tensors are this and ".weight" or ".bias". "" when files of that
 * kind do not know the layer. With `normed`, batch normalisations stand behind the
 * convolutions and are counted. */
typedef struct LayerStem {
    char text[64];
} LayerStem;
LayerStem layer_stem(const Network *network, int index, Naming naming, bool normed);

/* What it would call the batch normalisation behind a convolution, whether there is one
 * or not. */
LayerStem layer_norm_stem(const Network *network, int index, Naming naming, bool normed);

/* The known network whose names and shapes explain most of a list of tensors, at least
 * half of those that lie beside them; NULL when there is none. A tie goes to the
 * favourite. */
const NetworkTable *network_guess(const NamedTensors *list,
                                  const NetworkTable *favourite);

/* What the first convolution's weight was made to read: what the user said, or what the
 * filters and the names tell; PREPROCESS_AUTO when the table has to say. */
Preprocess network_choose(const Network *network, Naming naming, Tensor first);

/* Whether the first filters are Oxford's, turned by 180 degrees as Theano wants them. */
bool network_turned(Tensor first);

/* Draws the random weights of a convolution that has none yet. */
void network_draw(Network *network, int index);

#endif
