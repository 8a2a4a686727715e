#include "lessons/decoder.h"

#include "lessons/patches.h"
#include "nn/ops.h"

enum { CONVOLUTIONS = 4, PARTS = 2 * CONVOLUTIONS };

typedef struct Parts {
    Shape of[PARTS]; /* weight and bias of each convolution */
} Parts;

static Parts parts_for(int channels) {
    return (Parts){{{48, channels, 3, 3},
                    {1, 48, 1, 1},
                    {32, 48, 3, 3},
                    {1, 32, 1, 1},
                    {16, 32, 3, 3},
                    {1, 16, 1, 1},
                    {3, 16, 3, 3},
                    {1, 3, 1, 1}}};
}

Tensor drawn_weights(Arena *arena, int channels, Rng *rng) {
    const Parts parts = parts_for(channels);
    Tensor w = weights_draw(arena, PARTS, parts.of, rng);
    const size_t size = shape_size(w.shape);
    const size_t last = shape_size(parts.of[PARTS - 2]) + shape_size(parts.of[PARTS - 1]);
    for (size_t i = size - last; i < size; i++)
        w.data[i] *= (real)0.1;
    return w;
}

Node *decode(Node *f, Node *w) {
    const Conv2d same = {.pad = 1, .mode = PAD_REFLECT};
    const Upsample twice = {2};
    const Parts parts = parts_for(f->shape.c);
    Node *part[PARTS];
    weights_split(w, PARTS, parts.of, part);
    Node *y = ag_relu(ag_conv2d(f, part[0], part[1], same));
    y = ag_relu(ag_conv2d(ag_upsample(y, twice), part[2], part[3], same));
    y = ag_relu(ag_conv2d(ag_upsample(y, twice), part[4], part[5], same));
    return ag_sigmoid(ag_conv2d(y, part[6], part[7], same));
}
