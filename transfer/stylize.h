/* Paints photographs with a style, in one pass of its network (nn/generator.h).
 *
 *     Stylizer *stylizer = stylizer_new(style);
 *     if (!stylizer_paint(stylizer, photo, &picture, &err)) ...        (1,3,h,w) in [0, 1]
 *     stylizer_free(stylizer);
 *
 * The tape is made once for all photographs of one size. It takes some 340 bytes for each
 * pixel. A larger picture is painted in parts:
 *
 *     StylizeParts parts = {.tile = STYLIZE_TILE};
 *     if (!stylizer_paint_parts(stylizer, &photo, &picture, &parts, &err)) ...
 *
 * A normalisation needs the mean and variance of a channel over the whole picture. These
 * are measured first, layer by layer, each with the layers before it as they will be: on
 * parts of 128 x 128 pixels spread evenly over the picture, or exactly, on all of it. Then
 * the statistics are fixed, and what is painted does not depend on how it is cut. */
#ifndef TRANSFER_STYLIZE_H
#define TRANSFER_STYLIZE_H

#include "io/image.h"
#include "nn/network.h"

typedef struct Stylizer Stylizer;

/* The style's network and weights must outlive it. */
Stylizer *stylizer_new(Network *style);
void stylizer_free(Stylizer *stylizer);

/* Paints (1,3,h,w); *picture, of the same shape, holds until the next call. False when a
 * side is shorter than GENERATOR_LEAST. */
bool stylizer_paint(Stylizer *stylizer, Tensor photo, Tensor *picture, Error *err);

/* Bytes that this takes for a photograph of h x w pixels, with the picture. */
size_t stylizer_bytes(Stylizer *stylizer, int h, int w);

/* The least and the usual side of a part in pixels. */
#define STYLIZE_LEAST_TILE 64
#define STYLIZE_TILE 512

/* The usual number of parts for the statistics. */
#define STYLIZE_SAMPLES 64

typedef struct StylizeParts {
    int tile;    /* side of a part in pixels, a multiple of 4 */
    int samples; /* parts of 128 x 128 pixels for the statistics; 0: the whole picture,
                         which takes eight times as long */
    bool keep_colors; /* the photograph's colours, the picture's luminance (colors.h) */
} StylizeParts;

/* Bytes that parts of this side take, without the photograph and the picture. */
size_t stylizer_part_bytes(Stylizer *stylizer, int tile);

/* Paints the photograph in parts into `picture`, which has its size. False when a side is
 * too short, and when a signal has come (io/interrupt.h). */
bool stylizer_paint_parts(Stylizer *stylizer, const ImageRgb *photo,
                          const ImageRgb *picture, const StylizeParts *parts, Error *err);

#endif
