/* A network that paints: a photograph goes in, and the picture comes out in one pass.
 *
 *     Network *style = generator_new(arena);
 *     network_random(style, 1);                    or network_load, or style_file_read
 *     Node *photo = tape_constant(tape, rgb), *picture;
 *     if (!generator_record(style, tape, photo, &picture, &err)) ...
 *
 * All functions of nn/network.h are for it, too: network_trainable, network_weights, ... Its
 * 275,939 weights hold one style. generator.c has its layers. */
#ifndef NN_GENERATOR_H
#define NN_GENERATOR_H

#include "nn/network.h"

/* The smallest side of a picture, pixels: the first layer mirrors four of them. */
#define GENERATOR_LEAST 5

/* The generator, without weights. */
Network *generator_new(Arena *arena);

/* Records the picture of the same shape, (n,3,h,w), RGB in [0, 1] as the photographs. With
 * sides that are no multiples of 4, the layers compute up to three rows and columns more
 * at the end, and these are cut off. False when a side is below GENERATOR_LEAST. */
bool generator_record(Network *generator, Tape *tape, Node *photo, Node **picture,
                      Error *err);

/* Returns false, with the sentence that refuses a picture of h x w pixels (height, width).
 */
bool generator_refuse(int h, int w, Error *err);

/* ---- With fixed statistics ----
 *
 * A normalisation reads the whole picture. For a part of a large picture, its means and
 * variances must come from elsewhere, and are then folded into the convolutions:
 *
 *     Network *folded = generator_folded_new(arena, style);
 *     for (int i = 0; generator_normalised(i); i++) {
 *         ... record generator_normalised(i) of `folded` on parts, measure its channels ...
 *         generator_fold(folded, style, generator_normalised(i), mean, variance);
 *     }
 *     ... record "picture" of `folded` on every part ... */

/* A generator without normalisations, whose convolutions have the weights of `style`. It
 * is recorded by network_record, with layers of the same names. */
Network *generator_folded_new(Arena *arena, const Network *style);

/* The names of the convolutions that are normalised, i from 0, in the order of
 * computation; NULL after the last. */
const char *generator_normalised(int i);

/* Folds the normalisation after a convolution into it. mean[c] and variance[c] are those
 * of output channel c of the convolution in `style`. Tapes read the weights in place. */
void generator_fold(Network *folded, const Network *style, const char *convolution,
                    const double *mean, const double *variance);

#endif
