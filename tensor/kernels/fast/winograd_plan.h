/* How a Winograd convolution is cut into blocks, and how much workspace they take. The
 * figure at the top of winograd.c shows U, V and M. */
#ifndef TENSOR_KERNELS_FAST_WINOGRAD_PLAN_H
#define TENSOR_KERNELS_FAST_WINOGRAD_PLAN_H

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/cache.h"
#include "tensor/kernels/kernels.h"
#include "tensor/kernels/simd/fma.h"
#include "tensor/kernels/simd/winograd.h"

/* Input channels that are multiplied while they are in the L1 cache. They decide the
 * order of sums, so they are the same on every machine. */
#define WINOGRAD_KC 128

/* The convolution as winograd.c sees it, the same for both directions. */
typedef struct Winograd {
    const WinogradCode *code;
    const FmaKernel *fma;
    ptrdiff_t in, h, w, out, oh, ow, pad; /* h, w: as x is stored */
    ptrdiff_t
        mirror;     /* of the padding, pixels that are x's mirror image: the rest is 0 */
    ptrdiff_t fold; /* border of (oh, ow) that is added to what it mirrors */
    ptrdiff_t top;  /* row of the image at which the first tiles begin */
    ptrdiff_t thirds; /* 3x3 blocks in a side of the window: 1, or more for large.h */
    ptrdiff_t across, in_image; /* tiles in a row, in an image */
    ptrdiff_t tiles, tile_block, tile_blocks;
    ptrdiff_t tile_unit; /* the tiles of a block are a multiple of it */
    ptrdiff_t out_block, out_blocks;
    bool filters_whole; /* all of U is computed first; otherwise all of V */
    bool streams;       /* U exists for one part of `in` at a time */
    bool rotated;       /* backward: filters by 180 degrees */
    bool add;           /* the output is added to y */
    /* Filter (out, in) begins at weight[out weight_out + in weight_in]. */
    const real *x, *weight, *bias;
    ptrdiff_t weight_out, weight_in;
    real *y, *ring; /* winograd_fold.h */
    uint8_t *signs; /* or NULL: no ReLU */
} Winograd;

/* Forward also for a window of 6x6 or 9x9: each of its blocks of 3x3 is an input channel
 * (large.h). */
Winograd winograd_plan_forward(const ConvDims *d);
Winograd winograd_plan_backward(const ConvDims *d);

/* Elements of workspace for the number of threads now set, and the convolution itself, once
 * x, weight, y and what else there is are filled in. */
ptrdiff_t winograd_size(const Winograd *g);
void winograd_run(const Winograd *g, real *workspace);

/* Where block i of `blocks` begins: all have the same number of units, or one more. */
static inline ptrdiff_t winograd_block_start(ptrdiff_t size, ptrdiff_t unit,
                                             ptrdiff_t blocks, ptrdiff_t i) {
    return min_of(ceil_div(size, unit) * i / blocks * unit, size);
}

static inline ptrdiff_t winograd_tile_start(const Winograd *g, ptrdiff_t i) {
    return winograd_block_start(g->tiles, g->tile_unit, g->tile_blocks, i);
}

static inline ptrdiff_t winograd_out_start(const Winograd *g, ptrdiff_t i) {
    return winograd_block_start(g->out, g->code->rows, g->out_blocks, i);
}

/* Elements from one point to the next. One vector more than needed: otherwise the 36
 * points of a tile, a power of two apart, would all compete for the same cache lines. */
static inline ptrdiff_t winograd_v_point(const Winograd *g) {
    return g->tile_block * g->in + WINOGRAD_MAX_LANES;
}

static inline ptrdiff_t winograd_u_point(const Winograd *g) {
    const ptrdiff_t depth = g->streams ? min_of(WINOGRAD_KC, g->in) : g->in;
    return g->out_block * depth + WINOGRAD_MAX_LANES;
}

static inline ptrdiff_t winograd_m_point(const Winograd *g) {
    return g->out_block * g->tile_block + WINOGRAD_MAX_LANES;
}

static inline ptrdiff_t winograd_v_size(const Winograd *g) {
    return WINOGRAD_POINTS * winograd_v_point(g);
}

static inline ptrdiff_t winograd_u_size(const Winograd *g) {
    return WINOGRAD_POINTS * winograd_u_point(g);
}

/* Elements of workspace that all threads share (U or V), and of one thread (a block of
 * the other, and M). */
static inline ptrdiff_t winograd_shared_size(const Winograd *g) {
    return g->filters_whole ? g->out_blocks * winograd_u_size(g)
                            : g->tile_blocks * winograd_v_size(g);
}

static inline ptrdiff_t winograd_thread_size(const Winograd *g) {
    return (g->filters_whole ? winograd_v_size(g) : winograd_u_size(g)) +
           WINOGRAD_POINTS * winograd_m_point(g);
}

/* Elements of what winograd_fold.h needs for a channel of an image. */
static inline ptrdiff_t winograd_ring_size(const Winograd *g) {
    return 2 * g->fold * (g->ow + g->oh);
}

#endif
