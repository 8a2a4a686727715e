/* The names of the tensors of a weight file without the words of wrappers, and which of
 * them belong to a network: for the files of this folder that load weights. */
#ifndef NN_TENSOR_NAMES_H
#define NN_TENSOR_NAMES_H

#include "nn/network_struct.h"

/* Plain names of the tensors of a list. DataParallel, torch.compile and programs that
 * split VGG into slices insert words anywhere in a name: features.module.0.weight is
 * features.0.weight, and slice2.5.weight is 5.weight. */
typedef struct TensorNames {
    const NamedTensors *list;
    const char **plain; /* one for each item of the list */
    size_t *sorted;     /* numbers of the items, in the order of their plain names */
} TensorNames;

TensorNames tensor_names(Arena *arena, const NamedTensors *list);

/* How a file calls the layers of a network: prefix, stem, ".weight". */
typedef struct Spelling {
    Naming naming;
    bool normed;        /* a batch normalisation follows each convolution */
    const char *prefix; /* "vgg." of vgg.features.0.weight; often "" */
} Spelling;

/* The tensor of a layer, `what` being "weight" or "bias"; or NULL. */
const NamedTensor *tensor_of_layer(const TensorNames *names, const Network *network,
                                   const Spelling *spelling, int index, const char *what);

/* Finds the spelling under which the list has most of this network's layers that have
 * weights, from the first on without a gap and with the right shapes; if several are
 * equal, the first in the file. Returns their number. If it is 0, the spelling is Caffe's,
 * or one without a prefix whose first convolution has another shape. */
int tensor_spelling(Arena *arena, const TensorNames *names, const Network *network,
                    bool normed, Spelling *out);

/* The number of convolution weights in the list that match this spelling. */
int tensor_siblings(const TensorNames *names, const Network *network,
                    const Spelling *spelling);

#endif
