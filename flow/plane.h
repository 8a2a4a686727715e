/* One channel of a picture, and what is done to one: sampled between its pixels,
 * smoothed, shrunk. Beyond the edge every plane continues with its outermost pixel. */
#ifndef FLOW_PLANE_H
#define FLOW_PLANE_H

#include "tensor/tensor.h"

/* h rows of w numbers. */
typedef struct Plane {
    int h, w;
    real *data;
} Plane;

Plane plane_alloc(Arena *arena, int h, int w);

/* Channel c of image 0; shares its numbers. */
Plane plane_of(Tensor image, int c);

/* The grey values of (1,3,h,w) RGB or (1,1,h,w) in [0, 1], as 0 to 255: the luma of
 * ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B. */
Plane plane_grey(Arena *arena, Tensor image);

/* Smoothed with a Gaussian that is cut off at three standard deviations. */
Plane plane_smoothed(Arena *arena, Plane x, double deviation);

/* Another size, linear between the centres of pixels, times a factor. */
Plane plane_resized(Arena *arena, Plane x, int h, int w, double factor);

static inline int plane_inside(int i, int side) {
    return i < 0 ? 0 : i >= side ? side - 1 : i;
}

#endif
