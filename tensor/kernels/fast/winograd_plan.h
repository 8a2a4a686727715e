/* How a Winograd convolution is cut into blocks, and how much memory they take: for
 * winograd.c, which opens with the picture. */
#ifndef TENSOR_KERNELS_FAST_WINOGRAD_PLAN_H
#define TENSOR_KERNELS_FAST_WINOGRAD_PLAN_H

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/kernels.h"
#include "tensor/kernels/simd/fma.h"
#include "tensor/kernels/simd/winograd.h"

#define WINOGRAD_BLOCK 64 /* tiles, output channels, at most */
/* Input channels that are multiplied while they are in the L1 cache. */
#define WINOGRAD_SLAB 128

/* The convolution in its own terms, the same for both directions. */
typedef struct Winograd {
    const WinogradCode *code;
    const FmaTile *tile;
    ptrdiff_t in, h, w, out, oh, ow, pad;
    ptrdiff_t across, in_picture; /* tiles in a row, in a picture */
    ptrdiff_t tiles, tile_block, tile_blocks;
    ptrdiff_t out_block, out_blocks;
    bool filters_whole; /* U is made whole; otherwise V is */
    bool streams;       /* U exists for one slab at a time */
    bool turned;        /* backward: by 180 degrees */
    bool add;           /* output is added to y */
    /* Filter (out, in) begins at weight[out weight_out + in weight_in]. */
    const real *x, *weight, *bias;
    ptrdiff_t weight_out, weight_in;
    real *y;
    uint8_t *signs; /* or NULL: no ReLU */
} Winograd;

Winograd winograd_plan_forward(const ConvDims *d);
Winograd winograd_plan_backward(const ConvDims *d);

/* Numbers between one point and the next. A line more than needed: otherwise the 36
 * points of a tile, a power of two apart, would all compete for the same cache lines. */
static inline ptrdiff_t v_point(const Winograd *g) {
    return g->tile_block * g->in + WINOGRAD_MOST_LANES;
}

static inline ptrdiff_t u_point(const Winograd *g) {
    const ptrdiff_t depth = g->streams ? smaller(WINOGRAD_SLAB, g->in) : g->in;
    return g->out_block * depth + WINOGRAD_MOST_LANES;
}

static inline ptrdiff_t m_point(const Winograd *g) {
    return g->out_block * g->tile_block + WINOGRAD_MOST_LANES;
}

static inline ptrdiff_t v_size(const Winograd *g) {
    return WINOGRAD_POINTS * v_point(g);
}

static inline ptrdiff_t u_size(const Winograd *g) {
    return WINOGRAD_POINTS * u_point(g);
}

/* Numbers that all threads share (U or V), and those of one thread (a block of the other,
 * and M). */
static inline ptrdiff_t shared_size(const Winograd *g) {
    return g->filters_whole ? g->out_blocks * u_size(g) : g->tile_blocks * v_size(g);
}

static inline ptrdiff_t own_size(const Winograd *g) {
    return (g->filters_whole ? v_size(g) : u_size(g)) + WINOGRAD_POINTS * m_point(g);
}

#endif
