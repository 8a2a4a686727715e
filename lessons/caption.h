/* Words in an image: small letters a to z, digits and the full stop, from a table of
 * 5 x 8 points, every point a square of pixels.
 *
 *     caption_draw(sheet, 4, 10, 2, "50 steps");      top, left, pixels of a point
 *     int wide = caption_width(2, "50 steps"); */
#ifndef LESSONS_CAPTION_H
#define LESSONS_CAPTION_H

#include "tensor/tensor.h"

enum { CAPTION_HIGH = 8 }; /* points */

/* Draws black text. Characters without a glyph, and pixels outside, are left out. */
void caption_draw(Tensor image, int top, int left, int size, const char *text);

/* Pixels from the first to the last point of the text. */
int caption_width(int size, const char *text);

#endif
