/* The generator of document 004's flow chart: it fuses the local features of a photograph
 * with the global ones of a painting, and draws an image in one pass.
 *
 *     local (1,c,h,w)    features of the photograph, from convolutions
 *     means (1,k,1,1)    of each channel of the painting's features
 *     global = fully connected layer of the means              (1,16,1,1)
 *     fused  = 1x1 convolution of [local; global everywhere]   (1,32,h,w)
 *     image = convolutions, twice the size, convolutions     (1,3,2h,2w), in (0, 1)
 *
 * All weights are one long vector, which is what an optimiser works on. Constants that a
 * graph needs live in the arena. */
#ifndef LESSONS_STYLIST_H
#define LESSONS_STYLIST_H

#include "autograd/ops.h"

enum { GLOBALS = 16, FUSED = 32, STYLIST_PARTS = 10 };

typedef struct Stylist {
    Shape part[STYLIST_PARTS]; /* weights and biases in turn, as box F uses them */
    Tensor w;                  /* all of them */
} Stylist;

/* For this many channels of local features, and this many means. The initial weights of
 * the last layer are small, so the first output is grey. */
Stylist stylist_new(Arena *arena, Rng *rng, int local, int means);

/* (1,c,h,w) -> the mean of each channel, (1,c,1,1): F 1 / M. */
Node *channel_means(Arena *arena, Node *f);

/* (1,c,1,1) -> the same numbers at each of h x w positions, (1,c,h,w): g 1^T. */
Node *at_every_position(Arena *arena, Node *g, int h, int w);

/* The fully connected layer: channel means -> global features. w: a node of s->w, here
 * and below. */
Node *global_features(const Stylist *s, Node *means, Node *w);

/* The 1x1 convolution of local features and of global ones at every position. */
Node *fuse(const Stylist *s, Arena *arena, Node *local, Node *global, Node *w);

/* The rest of the generator: fused features -> image. */
Node *draw(const Stylist *s, Arena *arena, Node *fused, Node *w);

#endif
