/* Paints photographs in any style, in one pass and without a training: a network of
 * features looks at the photograph, its features are moved to the mean and covariance of
 * the painting's (losses/manner.h), and a decoder paints what they became (nn/decoder.h),
 * as light and dark as the photograph is when the decoder has a light.
 *
 *     AnyStylizer *s = any_stylizer_new(paintnet, decoder);
 *     any_stylizer_add(s, painting, 1, &err);               one style, or more to mix
 *     any_stylizer_paint(s, photo, &picture, &err);         (1,3,h,w) in [0, 1]
 *     any_stylizer_free(s);
 *
 * A large picture is painted in parts, in two passes: the first adds up the statistics of
 * all features, the second moves them and paints. The statistics are sums over squares of
 * ANY_BLOCK pixels, whatever the parts, and all layers begin where they would in the
 * whole. So the picture does not depend on how it is cut; but rounding may differ where
 * the kernels choose another order of summation for another size: 1/255 of a colour. */
#ifndef TRANSFER_ANY_STYLIZER_H
#define TRANSFER_ANY_STYLIZER_H

#include "io/image.h"
#include "losses/manner.h"
#include "nn/decoder.h"

#define ANY_BLOCK 128 /* pixels; the sides of parts are multiples of it */
#define ANY_TILE 512  /* the usual side of a part */
#define ANY_LEAST 16  /* the shortest side of a photograph or a painting, pixels */

typedef struct AnyStylizer AnyStylizer;

/* The network is paintnet; both must outlive it. */
AnyStylizer *any_stylizer_new(Network *network, const Decoder *decoder);
void any_stylizer_free(AnyStylizer *stylizer);

/* Adds a painting (1,3,h,w). Several are mixed in the proportion of their weights, which
 * are above 0. False when a side is shorter than ANY_LEAST. */
bool any_stylizer_add(AnyStylizer *stylizer, Tensor painting, double weight, Error *err);

/* How far to go from the photograph, 0, to the painting, 1, as it is at the start. */
void any_stylizer_alpha(AnyStylizer *stylizer, double alpha);

/* Paints (1,3,h,w) when there is a style; *picture, of the same shape, holds until the
 * next call. False when a side is shorter than ANY_LEAST. */
bool any_stylizer_paint(AnyStylizer *stylizer, Tensor photo, Tensor *picture, Error *err);

/* Bytes that this takes for a photograph of h x w pixels, with the picture. */
size_t any_stylizer_bytes(AnyStylizer *stylizer, int h, int w);

/* Paints the photograph in parts of `tile` pixels into the picture, which has its size;
 * with the photograph's own colours when `keep_colors`. False as above, and when a signal
 * has come (io/interrupt.h). */
bool any_stylizer_paint_parts(AnyStylizer *stylizer, const ImageRgb *photo,
                              const ImageRgb *picture, int tile, bool keep_colors,
                              Error *err);

/* Bytes that parts of this side take, without the photograph and the picture. */
size_t any_stylizer_part_bytes(AnyStylizer *stylizer, int tile);

#endif
