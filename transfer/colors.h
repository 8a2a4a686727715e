/* The colours of the result. A style includes its colours. If they are not wanted, there
 * are two ways to keep those of the photograph (Gatys, Bethge, Hertzmann and
 * Shechtman, "Preserving Color in Neural Artistic Style Transfer", 2016).
 *
 *     colors_prepare(arena, &scene, COLORS_LUMINANCE);
 *     ... paint ...
 *     image = colors_recombine(arena, image, photograph);
 *
 * luminance  Everything is painted in grey, and only the luminance of the result is used:
 *                Y = 0.299 R + 0.587 G + 0.114 B        as in YIQ and YCbCr
 *                result = photograph + (Y(painted) - Y(photograph)) (1, 1, 1)
 *            Adding grey changes Y and none of the colour differences, so I and Q (or Cb
 *            and Cr) are the photograph's. Before that the luminance of each style is
 *            shifted and scaled to the photograph's mean and deviation.
 * match      The style is repainted with the photograph's colours before it is used:
 *                x' = A (x - m_s) + m_c,   A = C_c^(1/2) C_s^(-1/2)
 *            has the photograph's mean m_c and covariance C_c. Then nothing else is
 *            different. */
#ifndef TRANSFER_COLORS_H
#define TRANSFER_COLORS_H

#include "transfer/scene.h"

typedef enum Colors { COLORS_STYLE, COLORS_LUMINANCE, COLORS_MATCH } Colors;

/* "style", "luminance" or "match"; NULL beyond the last. */
const char *colors_name(int colors);

/* Replaces images of the scene by new ones in the arena; COLORS_STYLE leaves all. */
void colors_prepare(Arena *arena, Scene *scene, Colors colors);

/* The image with the luminance of one and the colours of the other, both (1,3,h,w); not
 * clamped. */
Tensor colors_recombine(Arena *arena, Tensor luminance, Tensor colors);

/* Y in all three channels. */
Tensor colors_grey(Arena *arena, Tensor x);

/* x with the mean and the covariance of the colours of `like`. Directions in which x
 * hardly varies, less than the rounding of a byte, are not stretched. */
Tensor colors_match(Arena *arena, Tensor x, Tensor like);

#endif
