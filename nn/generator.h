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

#endif
