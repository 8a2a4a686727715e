/* The types of nn/network.h: a network's layers, and the choices in them. */
#ifndef NN_NETWORK_TYPES_H
#define NN_NETWORK_TYPES_H

#include <stdbool.h>

#include "nn/ops.h"

/* What the pooling layers compute. The networks were trained with maxima, POOL_MAX,
 * which are POOL_DEFAULT; Gatys prefers means, POOL_AVG, whose gradient reaches every
 * pixel. */
typedef enum Pooling { POOL_DEFAULT, POOL_MAX, POOL_AVG } Pooling;

/* Its name, "default" and so on; NULL beyond the last. */
const char *pooling_name(int pooling);

/* The padding of the image and of all features. The networks were trained with zeros,
 * which are PADDING_DEFAULT except for vgg19_small16x. Zeros leave a frame in painted
 * images, because the edge of the image imitates the edge of the painting;
 * PADDING_REFLECT does not. PADDING_REPLICATE_FIRST repeats edge pixels, for the first
 * convolution only. */
typedef enum Padding {
    PADDING_DEFAULT,
    PADDING_REFLECT,
    PADDING_REPLICATE_FIRST
} Padding;

/* Its name, "default" and so on; NULL beyond the last. */
const char *padding_name(int padding);

/* What a layer computes. The first four are those of networks that look at pictures; a
 * generator, which makes one, also has the others. */
typedef enum LayerKind {
    LAYER_CONV,     /* conv2d, with a bias unless no_bias */
    LAYER_RELU,     /* max(x, 0) */
    LAYER_POOL,     /* see Pooling */
    LAYER_CONCAT,   /* the channels of two layers */
    LAYER_NORM,     /* instance_norm; its weight is the scale, its bias the shift */
    LAYER_UPSAMPLE, /* nearest neighbour, twice as high and as wide */
    LAYER_ADD,      /* the sum of two layers */
    LAYER_CROP,     /* the first rows and columns, as many as the network's input has */
    LAYER_SIGMOID   /* 1 / (1 + exp(-x)) */
} LayerKind;

/* One row of a network's table. */
typedef struct Layer {
    /* As written in the network's table. */
    const char *name;
    LayerKind kind;   /* what it computes */
    int channels;     /* of the output */
    int kernel;       /* side of the window, pixels; convolutions and poolings only */
    int stride, pad;  /* pixels */
    PadMode mode;     /* what the padding of a convolution holds */
    bool ceil_mode;   /* a pooling keeps a last window that reaches beyond the edge */
    bool no_bias;     /* a convolution or normalisation without one: the next
                         normalisation would take it away */
    const char *from; /* the layer it reads, NULL for the row above; a concatenation or a
                         sum reads `from` and then the row above */
    /* Computed by network_new. */
    int in[2]; /* indices of the layers it reads; -1 is the network's input, and for
                  in[1] also "none" */
    int reads; /* channels of a convolution's input */
    int field; /* side of the receptive field, in input pixels */
    int step;  /* input pixels between neighbouring outputs */
    int first; /* the first input pixel in the receptive field of output 0; below 0 in
                  the padding */
} Layer;

/* The layers, and their weights when these are loaded: see network.h. */
typedef struct Network Network;

#endif
