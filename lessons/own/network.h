/* The network of a painter: its layers' values and gradients, computed by the pieces. */
#ifndef LESSONS_OWN_NETWORK_H
#define LESSONS_OWN_NETWORK_H

#include "lessons/own/pieces.h"
#include "nn/network.h"

enum { OWN_LAYERS = 16 };

/* Seconds that each piece has taken, and, in the last place, all that is given. */
typedef struct PieceTimes {
    double seconds[PIECES + 1];
    double inner; /* for TIMED */
} PieceTimes;

/* One convolution, the ReLU after it, and the pooling before it, if there is one. */
typedef struct OwnLayer {
    const char *name; /* of the ReLU */
    Sizes size;
    bool pooled;   /* the layer before is pooled first */
    real *w, *b;   /* changed by normalise() */
    real *x;       /* what the convolution reads */
    real *y;       /* after the ReLU */
    real *dx, *dy; /* gradients; a loss adds to dy */
} OwnLayer;

typedef struct OwnNetwork {
    const Pieces *use;
    PieceTimes *times;
    int count;
    OwnLayer layer[OWN_LAYERS];
    Normalize reads;
    int h, w; /* of the image */
} OwnNetwork;

/* The layers up to `last`, for images of h x w pixels. */
OwnNetwork *own_network_new(Arena *arena, const Pieces *use, PieceTimes *times,
                            Network *network, const char *last, int h, int w);

/* The index of a layer by the name of its ReLU. */
int own_network_find(const OwnNetwork *net, const char *name);

/* y of all layers from the image x (3, h, w), RGB in [0, 1]. */
void own_network_forward(OwnNetwork *net, const real *x);

/* Scales the weights so that the mean of every channel is 1 over the images that were
 * run through the network; mean[l] has the channel means of layer l. */
void own_network_normalise(OwnNetwork *net, double *const *mean);

/* dy of all layers = 0. */
void own_network_clear(OwnNetwork *net);

/* gradient (3, h, w) += what follows from dy of the layers up to `deepest`. */
void own_network_backward(OwnNetwork *net, int deepest, real *gradient);

#endif
