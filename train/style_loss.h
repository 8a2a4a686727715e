/* What a generator is trained to make small: the losses of style transfer, for a batch of
 * photographs x and what the generator paints of them, y = g(x). With F the features of a
 * fixed network and G their Gram matrices divided by the positions, A those of the
 * painting,
 *
 *     content    |F(y) - F(x)|^2 / |F(x)|^2                      mean over layers
 *     style      |G(y) - A|^2 / |A|^2                  mean over pictures and layers
 *     tv         mean (y - y below)^2 + mean (y - y at the right)^2
 *     stability  mean ((y' - y) - (x' - x))^2          over the pixels that both show
 *
 * The first two are Johnson et al. 2016, relative as in losses/content.h and style.h: each
 * picture of the batch has Gram matrices of its own. x' is the first photograph moved by a
 * few pixels, with noise: a picture that flickers when the camera trembles has a y' unlike
 * y. The term is the frame-difference loss of Xu, Xiong and Hu 2021 (arXiv 2102.05822),
 * taken after the motion is undone; it needs no video and no optical flow.
 *
 *     StyleTarget *target = style_target_new(arena, network, painting, layers, &err);
 *     StyleLoss loss;
 *     style_loss_record(&loss, tape, generator, network, target, batch, &err); */
#ifndef TRAIN_STYLE_LOSS_H
#define TRAIN_STYLE_LOSS_H

#include "autograd/tape.h"
#include "nn/network.h"

#define STYLE_LAYERS 16
#define STYLE_MOVE 3 /* pixels by which x' is moved at most, along each axis */

/* The layers of a loss, and how much each of them counts. */
typedef struct StyleLayers {
    int count;
    const char *name[STYLE_LAYERS];
    double weight[STYLE_LAYERS];
} StyleLayers;

/* How much each of the four counts. */
typedef struct StyleWeights {
    double content, style, tv, stability; /* stability 0: there is no x' */
} StyleWeights;

/* The Gram matrices of a painting. */
typedef struct StyleTarget {
    StyleLayers content, style;
    Tensor gram[STYLE_LAYERS]; /* (1,1,c,c) */
} StyleTarget;

/* Of an image (1,3,h,w), RGB in [0, 1]. NULL when a layer is unknown or the image is too
 * small for it. */
StyleTarget *style_target_new(Arena *arena, Network *network, Tensor painting,
                              const StyleLayers *content, const StyleLayers *style,
                              Error *err);

/* The leaves of a tape, which a step fills in. */
typedef struct StyleBatch {
    Tensor photos; /* (n + 1,3,side,side), the last is x'; (n,3,side,side) without one */
    Tensor place;  /* (1,1,1,4): the box of x', and so of y', in that of the first one */
} StyleBatch;
StyleBatch style_batch_new(Arena *arena, int n, int side, bool moved);

/* A picture in the making: its terms, and their weighted sum. */
typedef struct StyleLoss {
    Node *picture;              /* (n or n + 1,3,side,side) */
    Node *content, *style, *tv; /* scalars */
    Node *stability;            /* the same, or NULL */
    Node *total;
} StyleLoss;

/* Records all of it. The Gram matrices of the target are copied n times into the arena,
 * which must outlive the tape. */
bool style_loss_record(Arena *arena, Tape *tape, Network *generator, Network *network,
                       const StyleTarget *target, const StyleBatch *batch,
                       StyleWeights weights, StyleLoss *out, Error *err);

#endif
