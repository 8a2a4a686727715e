/* The types of nn/network.h: a network's layers, and the choices in them. */
#ifndef NN_NETWORK_TYPES_H
#define NN_NETWORK_TYPES_H

#include <stdbool.h>

#include "nn/ops.h"

/* What the pooling layers do. The networks were trained with maxima, and POOL_DEFAULT
 * keeps them; Gatys prefers means, which let the gradient through to every pixel. */
typedef enum Pooling { POOL_DEFAULT, POOL_MAX, POOL_AVG } Pooling;

/* What stands around the picture and all features. The networks were trained with zeros,
 * and but for vgg19_small16x PADDING_DEFAULT keeps them; a picture painted with them gets
 * a frame, because its edge can look like the paintings' edges. Mirrored features cannot.
 * PADDING_REPLICATE_FIRST repeats edge pixels, for the first convolution only. */
typedef enum Padding {
    PADDING_DEFAULT,
    PADDING_REFLECT,
    PADDING_REPLICATE_FIRST
} Padding;

typedef enum LayerKind { LAYER_CONV, LAYER_RELU, LAYER_POOL, LAYER_CONCAT } LayerKind;

typedef struct Layer {
    /* As written in the network's table. */
    const char *name;
    LayerKind kind;
    int channels;     /* of the output */
    int kernel;       /* side of the window, pixels; convolutions and poolings only */
    int stride, pad;  /* pixels */
    PadMode mode;     /* what the padding of a convolution holds */
    bool ceil_mode;   /* a pooling keeps the last window when it hangs over the edge */
    const char *from; /* the layer it reads, NULL for the row above; a concatenation reads
                         `from` and then the row above */
    /* Worked out by network_new. */
    int in[2]; /* places of the layers it reads; -1 is the network's input, and for
                  in[1] also "none" */
    int reads; /* channels of a convolution's input */
    int field; /* side of the square of input pixels that one output can see */
    int step;  /* input pixels between neighbouring outputs */
    int first; /* the first pixel that output 0 sees along a side; padding is below 0 */
} Layer;

typedef struct Network Network;

#endif
