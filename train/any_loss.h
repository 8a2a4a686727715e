/* What a decoder is trained to make small: the losses of style transfer, for photographs
 * x, each with a manner of its own, and what it paints of them, y. As style_loss.h has
 * them, with F the features at relu3_1, and for each image its Gram matrices A:
 *
 *     content    |F(y) - F(x)|^2 / |F(x)|^2
 *     style      |G(y) - A|^2 / |A|^2             mean over images and MANNER_LAYERS
 *     tv         mean (y - y below)^2 + mean (y - y at the right)^2 */
#ifndef TRAIN_ANY_LOSS_H
#define TRAIN_ANY_LOSS_H

#include "losses/manner.h"
#include "nn/decoder.h"
#include "train/style_loss.h"

/* The leaves of a tape, which an update fills in; all for n images. */
typedef struct AnyBatch {
    Tensor features;            /* what is painted from, (n,128,side / 4,side / 4) */
    Tensor light;               /* of x, (n,1,side / 4,side / 4): see manner_light */
    Tensor code;                /* (n,1280,1,1) */
    Tensor palette;             /* (n,1,3,4) */
    Tensor content;             /* F(x) */
    Tensor gram[MANNER_LAYERS]; /* A: (n,1,c,c) */
} AnyBatch;

AnyBatch any_batch_new(Arena *arena, int n, int side);

/* The picture (n,3,side,side), its terms, and their weighted sum. */
typedef struct AnyLoss {
    Node *picture, *content, *style, *tv, *total;
} AnyLoss;

/* Records all of it. */
bool any_loss_record(Tape *tape, const Decoder *decoder, Network *network,
                     const AnyBatch *batch, StyleWeights weights, AnyLoss *out,
                     Error *err);

#endif
