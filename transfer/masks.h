/* A style in a region only. A mask t, as large as an image, is shrunk to the size of
 * each layer, and the features of that layer are multiplied by it before they are
 * summarised:
 *
 *     G = sum over positions of t^2 f f^T / sum of t^2
 *
 * So G is the mean over the region, whatever its size (Gatys et al., CVPR 2017, section
 * 3), and the gradient is not 0 where the region's positions see: pixels of the region,
 * and, in deep layers, pixels up to half a receptive field beyond its border.
 *
 *     Tensor mask;
 *     if (!masks_read(arena, "sky.png", photograph.shape, &mask, &err)) ...
 *     Tensor here = masks_shrink(arena, mask, features->shape);
 *     Node *g = masks_summary(features, here, STYLE_RELATIVE); */
#ifndef TRANSFER_MASKS_H
#define TRANSFER_MASKS_H

#include "autograd/tape.h"
#include "losses/style.h"
#include "tensor/error.h"

/* Reads an image as a mask (1,1,h,w) of that size: white is 1, black 0, colours count by
 * the mean of their channels, what is transparent counts as black. Its proportions must
 * be those of `size`, to the rounding of a pixel. Fails as image_read does, and when the
 * mask is black everywhere. */
bool masks_read(Arena *arena, const char *path, Shape size, Tensor *out, Error *err);

/* The mask in the size of a layer, by areas; a mask without data stays one. */
Tensor masks_shrink(Arena *arena, Tensor mask, Shape layer);

/* What a summary of masked features is divided by: sum of t^2; without data the number of
 * positions h w. */
double masks_positions(Tensor shrunk, Shape layer);

/* The style summary of features under a mask of their size, which may be without data. */
Node *masks_summary(Node *features, Tensor shrunk, StyleForm form);

#endif
