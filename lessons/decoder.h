/* The decoder of lesson 18: it draws an image from features of relu3_1, or of AdaIN.
 *
 *     Tensor w = drawn_weights(arena, 128, &rng);
 *     Node *image = decode(features, tape_variable(tape, w));
 *
 * It goes the way of the network backwards: a convolution, twice the size, a convolution,
 * and so on. All weights are one long vector, which is what an optimiser works on. */
#ifndef LESSONS_DECODER_H
#define LESSONS_DECODER_H

#include "autograd/ops.h"

/* Weights to start with, for features of that many channels. Those of the last layer are
 * small, so the first image is grey. */
Tensor drawn_weights(Arena *arena, int channels, Rng *rng);

/* f (n,channels,h,w) -> an image (n,3,4h,4w) with values in (0, 1). */
Node *decode(Node *f, Node *w);

#endif
