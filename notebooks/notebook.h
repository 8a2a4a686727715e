/* Opens images and networks in a notebook with one line, without error handling. An
 * error ends the cell with a message on stderr.
 *
 *     Tensor photo = notebook_image(arena, "scene.png", 96);
 *     Network *net = notebook_network(arena, POOL_DEFAULT);
 *     Node *f = notebook_features(net, tape_variable(tape, photo), "relu2_1"); */
#ifndef NOTEBOOKS_NOTEBOOK_H
#define NOTEBOOKS_NOTEBOOK_H

#include "nn/network.h"

/* An image of assets/, or any path: RGB in [0, 1], its longer side `size` pixels. */
Tensor notebook_image(Arena *arena, const char *name, int size);

/* The trained network of this project, assets/paintnet.safetensors. */
Network *notebook_network(Arena *arena, Pooling pooling);

/* The features of an image, RGB in [0, 1], at a layer. */
Node *notebook_features(Network *net, Node *image, const char *layer);

/* The Gram matrix, divided by the number of positions, of an image's features at a
 * layer: the target of a style loss. */
Tensor notebook_gram(Arena *arena, Network *net, Tensor image, const char *layer);

#endif
