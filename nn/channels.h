/* Scale and shift for each channel, (1, c, 1, 1), or for each channel of each image,
 * (n, c, 1, 1): what scale_shift and instance_norm have in common. Their inputs are x, the
 * scale and, if it is there, the shift. */
#ifndef NN_CHANNELS_H
#define NN_CHANNELS_H

#include "nn/ops.h"

/* Checks the shapes of scale and shift; y has the shape of x. */
void channels_shape(Node *y);

/* Images and channels, and the elements of one channel of one image. */
typedef struct Channels {
    size_t n, c, plane;
} Channels;
Channels channels_of(const Node *y);

/* Where input i (1: scale, 2: shift) has the number of channel c of image n. */
size_t channels_at(const Node *y, int i, size_t n, size_t c);

#endif
