/* What a network holds: for the files of this folder that implement nn/network.h. */
#ifndef NN_NETWORK_STRUCT_H
#define NN_NETWORK_STRUCT_H

#include <stdint.h>

#include "nn/network_table.h"
#include "nn/network_types.h"
#include "nn/preprocess.h"
#include "tensor/arena.h"
#include "tensor/named.h"

/* How a weight file calls convolutions: conv1_1 (Caffe, Gatys), features.0 (torchvision,
 * timm), 0 (torchvision's features saved alone), block1_conv1 (Keras). */
typedef enum Naming {
    NAMING_CAFFE,
    NAMING_TORCHVISION,
    NAMING_SEQUENTIAL,
    NAMING_KERAS,
    NAMINGS
} Naming;

/* The weights of one convolution or normalisation. */
typedef struct LayerWeights {
    Tensor
        weight;  /* (out, in, kernel, kernel), of a normalisation (1, out, 1, 1); data is
                      NULL when not there (yet) */
    Tensor bias; /* (1, out, 1, 1); data is NULL when the layer has none */
    uint64_t seed; /* for random weights that are not drawn yet */
} LayerWeights;

struct Network {
    Arena *arena;
    const NetworkTable *table;
    bool average; /* poolings take means */
    bool trainable;
    Naming naming;         /* how the weights' file calls them */
    Preprocess asked, own; /* set by the user; inferred from the file */
    int count;
    Layer *layers;
    LayerWeights *weights; /* one per layer; used where layer_has_weights */
    int ready;             /* layers before this one have their weights */
};

/* A network of that table, with its own pooling. */
Network *network_of_table(Arena *arena, const NetworkTable *table);

/* Outer layers form the sequence of the network; the parts of a fire module
 * (fire2/squeeze1x1) are inner layers. */
bool layer_is_outer(const Layer *layer);

/* The first convolution at this index or after it; network->count when there is none. */
int network_next_conv(const Network *network, int index);

/* The same for the first layer that has weights; and which layers these are. */
int network_next_weighted(const Network *network, int index);
bool layer_has_weights(const Layer *layer);
bool layer_has_bias(const Layer *layer);

/* Whether this is a convolution or a normalisation with a ReLU, which is then the row below
 * it. */
bool network_has_relu(const Network *network, int index);

/* Shape of a layer's weight in a file, and its rank there: (out, in, kernel, kernel) of a
 * convolution, (out) of a normalisation. */
Shape layer_weight_shape(const Layer *layer);
int layer_weight_rank(const Layer *layer);

/* What a weight file calls a layer: fire2.squeeze1x1, or features.3.squeeze in
 * torchvision's. The tensors are this and ".weight" or ".bias". "" when files of that
 * kind do not have the layer. With `normed`, batch normalisations follow the
 * convolutions and are counted. */
typedef struct LayerStem {
    char text[64];
} LayerStem;
LayerStem layer_stem(const Network *network, int index, Naming naming, bool normed);

/* The name of the batch normalisation after a convolution, if there were one. */
LayerStem layer_norm_stem(const Network *network, int index, Naming naming, bool normed);

/* The known network whose names and shapes explain most of a list of tensors, and at
 * least half of the convolutions in it; NULL when there is none. A tie goes to the
 * favourite. */
const NetworkTable *network_guess(const NamedTensors *list,
                                  const NetworkTable *favourite);

/* The preprocessing that the first convolution expects: set by the user, or inferred
 * from the filters or the names; PREPROCESS_AUTO when it is that of the table. */
Preprocess network_choose(const Network *network, Naming naming, Tensor first);

/* Whether the first filters are Oxford's, rotated by 180 degrees as in Theano. */
bool network_turned(Tensor first);

/* Whether these are a generator's tensors: a style, not a network of features. */
bool network_is_style(const NamedTensors *list);

/* Draws the random weights of a layer that has no weights yet. */
void network_draw(Network *network, int index);

#endif
