/* A large picture in parts, for stylize.h.
 *
 *     +---------------------------------+    A window is read; of it, the inner part is
 *     | halo                            |    used. The halo has every pixel that the inner
 *     |     +---------------------+     |    part depends on, so parts join without a seam
 *     |     | inner               |     |    and are the same however the picture is cut.
 *     |     +---------------------+     |    At the edges of the picture there is none.
 *     +---------------------------------+
 *
 * Windows begin at multiples of 4, where those of all layers begin, and all but the last
 * of a row or column have the same size, so that one tape serves for most of them. */
#ifndef TRANSFER_STYLIZE_WINDOWS_H
#define TRANSFER_STYLIZE_WINDOWS_H

#include "io/image.h"
#include "tensor/arena.h"

/* Along one side, in pixels of the picture. */
typedef struct WindowSide {
    int first, count; /* that are read */
    int from, to;     /* that are used: from .. to - 1 */
} WindowSide;

typedef struct Window {
    WindowSide y, x;
} Window;

typedef struct Windows {
    int count;
    Window *window;
} Windows;

/* Pixels around a part that it depends on: at least what the layers reach. */
#define STYLIZE_HALO 44

/* A picture of h x w pixels cut into parts of `tile` x `tile` pixels, a multiple of 4, in
 * an order in which equal sizes follow each other. */
Windows windows_cut(Arena *arena, int h, int w, int tile);

/* The same for windows that begin at multiples of `unit`, of which the halo is one, too. */
typedef struct WindowRule {
    int unit, halo; /* pixels */
} WindowRule;
Windows windows_cut_by(Arena *arena, WindowRule rule, int h, int w, int tile);

/* At most `most` of these, in rows and columns spread evenly over the picture. */
Windows windows_sample(Arena *arena, int h, int w, int tile, int most);

/* The features, one every `step` pixels, that belong to the inner part of a span of a side
 * of the picture: from .. to - 1 of the `features` of the span. The last span of a side
 * has all that follow. */
void window_inner(const WindowSide *span, int side, int step, int features, int *from,
                  int *to);

/* Reads a window of a photograph into the first rows and columns of (1,3,h,w), RGB in
 * [0, 1]; and writes the inner part of such a tensor to its place. */
void window_read(const ImageRgb *photo, const Window *window, Tensor to);
void window_write(const Window *window, Tensor picture, const ImageRgb *to);

#endif
