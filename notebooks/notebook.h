/* What a notebook opens: one line in place of the error handling that programs need. What
 * goes wrong in the outside world ends the cell with a sentence on stderr.
 *
 *     Tensor photo = notebook_picture(arena, "scene.png", 96);
 *     Network *net = notebook_network(arena, POOL_DEFAULT);
 *     Node *f = notebook_features(net, tape_variable(tape, photo), "relu2_1"); */
#ifndef NOTEBOOKS_NOTEBOOK_H
#define NOTEBOOKS_NOTEBOOK_H

#include "nn/network.h"

/* A picture of assets/, or any path: RGB in [0, 1], its longer side `size` pixels. */
Tensor notebook_picture(Arena *arena, const char *name, int size);

/* Our own trained network, assets/paintnet.safetensors. */
Network *notebook_network(Arena *arena, Pooling pooling);

/* The features of a picture, RGB in [0, 1], at a layer. */
Node *notebook_features(Network *net, Node *picture, const char *layer);

/* The Gram matrix, divided by the number of positions, of a picture's features at a
 * layer: the target of a style loss. */
Tensor notebook_gram(Arena *arena, Network *net, Tensor picture, const char *layer);

#endif
