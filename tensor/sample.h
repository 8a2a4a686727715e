/* A number between four pixels: bilinear interpolation, for warps.
 *
 * With i = floor(y), j = floor(x) and the fractions t = y - i, s = x - j,
 *
 *     a(y, x) = (1-t) ((1-s) a[i,j] + s a[i,j+1]) + t ((1-s) a[i+1,j] + s a[i+1,j+1]).
 *
 * Positions are in pixels: (0, 0) is the centre of the first one. Beyond the outermost
 * centres the outermost pixel continues (PyTorch: grid_sample with align_corners=True and
 * padding_mode='border'). */
#ifndef TENSOR_SAMPLE_H
#define TENSOR_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "tensor/real.h"

/* Where a position lies. */
typedef struct SamplePlace {
    size_t at[4];        /* top left, top right, bottom left, bottom right */
    real down, right;    /* t and s, in [0, 1] */
    bool free_y, free_x; /* the position was not moved to the edge on this axis */
} SamplePlace;

/* Moves a position to [0, last], where NaN becomes 0. */
static inline real sample_clamp(real x, real last) {
    return x > 0 ? (x < last ? x : last) : 0;
}

/* The position (y, x) in a plane of h rows and w columns. */
static inline SamplePlace sample_at(int h, int w, real y, real x) {
    const real low = sample_clamp(y, (real)(h - 1)),
               left = sample_clamp(x, (real)(w - 1));
    const int i = (int)low, j = (int)left;
    const size_t first = (size_t)i * (size_t)w + (size_t)j;
    const size_t next = j + 1 < w ? 1 : 0, below = i + 1 < h ? (size_t)w : 0;
    return (SamplePlace){.at = {first, first + next, first + below, first + below + next},
                         .down = low - (real)i,
                         .right = left - (real)j,
                         .free_y = y > 0 && y<(real)(h - 1), .free_x = x> 0 &&
                                   x < (real)(w - 1)};
}

static inline real sample_value(const real *a, const SamplePlace *s) {
    const real top = a[s->at[0]] + s->right * (a[s->at[1]] - a[s->at[0]]);
    const real bottom = a[s->at[2]] + s->right * (a[s->at[3]] - a[s->at[2]]);
    return top + s->down * (bottom - top);
}

#endif
