/* Winograd convolution: transform the input tiles, transform the filters, multiply, and
 * transform back (the arithmetic is in simd/winograd.inc).
 *
 *     x (n, in, h, w)                                       w (out, in, 3, 3)
 *        | read, input                                         | filter
 *        v                                                     v
 *     V [36] of tiles by in                            U [36] of out by in
 *                      \                     /
 *                       36 products over `in`
 *                              |
 *                              v
 *                   M [36][out][tiles]  --output-->  y (n, out, oh, ow)
 *
 * Tiles are numbered through all rows and pictures. Both sides are cut into blocks of at
 * most 64: 64 tiles, 64 output channels; M exists for one pair of blocks only and stays
 * in the second-level cache. Of U and V, the smaller one is made whole, then every thread
 * takes blocks of the other, which it makes just before use and keeps to itself:
 *
 *     early layers, more tiles than filters: U whole, threads split the tiles
 *     late layers, more filters than tiles:  V whole, threads split the output channels
 *
 * Where one block holds all tiles, a block of U is used once only, and exists for one
 * slab of `in` at a time, so that it never leaves the cache.
 *
 * Within a block and a point, U is [slab of in][out / rows][in][rows] and V likewise
 * [slab of in][tiles / lanes][in][lanes]: the products walk straight through both.
 *
 * Each output is made by one thread, its sum over `in` in slabs of 128 that are added one
 * after the other, so the number of threads does not change a bit. Backward is the same
 * convolution from dy to dx with the filters turned by 180 degrees and padding 2 - pad.
 */
#include "tensor/kernels/fast/winograd.h"
#include "tensor/kernels/blocks.h"

#include <string.h>

#include "tensor/kernels/fast/winograd_plan.h"
#include "tensor/kernels/kernels.h"
#include "tensor/kernels/relu_signs.h"
#include "tensor/threads.h"
#include "tensor/workspace.h"

/* A stretch of tiles within one row of tiles: tile `first` of row `row` of picture n. */
typedef struct Stretch {
    ptrdiff_t n, row, first, count;
} Stretch;

/* The stretch that begins at a tile and ends before `end` or at the row's end. */
static Stretch stretch_from(const Winograd *g, ptrdiff_t tile, ptrdiff_t end) {
    ptrdiff_t place = tile % g->in_picture;
    Stretch s = {tile / g->in_picture, place / g->across, place % g->across, 0};
    s.count = smaller(g->across - s.first, end - tile);
    return s;
}

/* Room for the lines of a block of tiles, one channel at a time. */
enum { STEP = 4 * (WINOGRAD_BLOCK + WINOGRAD_MOST_LANES), LINES = 12 * STEP };

/* One input channel of the tiles first .. end into V. */
static void transform_input(const Winograd *g, ptrdiff_t k, ptrdiff_t first,
                            ptrdiff_t end, real *lines, real *v) {
    const ptrdiff_t vecs = round_up(end - first, g->code->lanes) / g->code->lanes;
    Stretch s;
    for (ptrdiff_t tile = first; tile < end; tile += s.count) {
        s = stretch_from(g, tile, end);
        g->code->read(g->x + (s.n * g->in + k) * g->h * g->w, g->h, g->w,
                      4 * s.row - g->pad, 4 * s.first - g->pad, 4 * s.count,
                      lines + 4 * (tile - first), STEP);
    }
    for (int l = 0; l < 12; l++)
        for (ptrdiff_t j = 4 * (end - first); j < 4 * vecs * g->code->lanes; j++)
            lines[l * STEP + j] = 0;
    const ptrdiff_t slab = k / WINOGRAD_SLAB * WINOGRAD_SLAB,
                    depth = smaller(WINOGRAD_SLAB, g->in - slab);
    g->code->input(lines, STEP, vecs,
                   v + slab * g->tile_block + (k - slab) * g->code->lanes, v_point(g),
                   depth * g->code->lanes);
}

/* Slab k of the filters of a block of output channels, to u. */
static void transform_slab(const Winograd *g, ptrdiff_t block, ptrdiff_t k, real *u) {
    const ptrdiff_t rows = g->code->rows, depth = smaller(WINOGRAD_SLAB, g->in - k);
    const ptrdiff_t first = block * g->out_block;
    const ptrdiff_t end = smaller(first + g->out_block, g->out);
    for (ptrdiff_t o = first; o < end; o += rows)
        g->code->filter(g->weight + o * g->weight_out + k * g->weight_in, g->weight_out,
                        g->weight_in, smaller(rows, end - o), depth, g->turned,
                        u + (o - first) * depth, u_point(g));
}

/* All the filters of a block of output channels into U. */
static void transform_filters(const Winograd *g, ptrdiff_t block, real *u) {
    for (ptrdiff_t k = 0; k < g->in; k += WINOGRAD_SLAB)
        transform_slab(g, block, k, u + k * g->out_block);
}

/* A block of tiles by a block of output channels. */
typedef struct Patch {
    ptrdiff_t first, end, vecs; /* tiles, and vectors of them */
    ptrdiff_t o, outs;          /* output channels from o on */
} Patch;

static Patch patch_at(const Winograd *g, ptrdiff_t tile_block, ptrdiff_t out_block) {
    Patch b = {.first = tile_block * g->tile_block, .o = out_block * g->out_block};
    b.end = smaller(b.first + g->tile_block, g->tiles);
    b.vecs = round_up(b.end - b.first, g->code->lanes) / g->code->lanes;
    b.outs = smaller(g->out_block, g->out - b.o);
    return b;
}

/* M = or += U V at one point for slab k; all three begin there. */
static void multiply(const Winograd *g, const Patch *b, ptrdiff_t k, const real *u,
                     const real *v, real *m) {
    const ptrdiff_t rows = g->code->rows, lanes = g->code->lanes;
    const ptrdiff_t depth = smaller(WINOGRAD_SLAB, g->in - k);
    for (ptrdiff_t i = 0, count; i < b->vecs; i += count) {
        count = smaller(g->tile->vecs, b->vecs - i);
        for (ptrdiff_t o = 0; o < b->outs; o += rows)
            g->tile->product(depth, u + o * depth, v + i * depth * lanes, depth * lanes,
                             count, m + o * g->tile_block + i * lanes, g->tile_block,
                             k > 0);
    }
}

/* The bits of a ReLU for one channel, those of the lower halves `step` after those of the
 * upper ones. */
static void write_signs(const Winograd *g, ptrdiff_t o, ptrdiff_t first, ptrdiff_t end,
                        const uint8_t *from, ptrdiff_t step) {
    const ptrdiff_t down = relu_signs_down(g->oh);
    Stretch s;
    for (ptrdiff_t tile = first; tile < end; tile += s.count) {
        s = stretch_from(g, tile, end);
        for (ptrdiff_t half = 0; half < 2 && 2 * s.row + half < down; half++) {
            ptrdiff_t row = (s.n * g->out + o) * down + 2 * s.row + half;
            memcpy(g->signs + row * g->across + s.first,
                   from + half * step + tile - first, (size_t)s.count);
        }
    }
}

/* The outputs of one channel, tiles side by side in four long rows, into y. Writing into
 * memory that is not in a cache waits for it to arrive, so the next channel's is called
 * for now. */
static void write_tiles(const Winograd *g, ptrdiff_t o, ptrdiff_t first, ptrdiff_t end,
                        const real *out) {
    Stretch s;
    for (ptrdiff_t tile = first; tile < end; tile += s.count) {
        s = stretch_from(g, tile, end);
        ptrdiff_t columns = smaller(4 * s.count, g->ow - 4 * s.first);
        ptrdiff_t rows = smaller(4, g->oh - 4 * s.row);
        for (ptrdiff_t r = 0; r < rows; r++) {
            const real *from = out + r * 4 * WINOGRAD_BLOCK + 4 * (tile - first);
            ptrdiff_t i = (s.n * g->out + o) * g->oh + 4 * s.row + r;
            real *y = g->y + i * g->ow + 4 * s.first;
            for (ptrdiff_t j = 0; j < columns; j += WINOGRAD_MOST_LANES)
                __builtin_prefetch(y + g->oh * g->ow + j, 1);
            if (g->add)
                for (ptrdiff_t j = 0; j < columns; j++)
                    y[j] += from[j];
            else
                memcpy(y, from, (size_t)columns * sizeof(real));
        }
    }
}

static void write_patch(const Winograd *g, const Patch *b, const real *m) {
    for (ptrdiff_t r = 0; r < b->outs; r++) {
        real out[4 * 4 * WINOGRAD_BLOCK];
        uint8_t signs[5 * WINOGRAD_BLOCK];
        g->code->output(m + r * g->tile_block, m_point(g), b->vecs,
                        g->bias ? g->bias[b->o + r] : 0, out, 4 * WINOGRAD_BLOCK,
                        g->signs ? signs : NULL);
        if (g->signs)
            write_signs(g, b->o + r, b->first, b->end, signs, 4 * WINOGRAD_BLOCK);
        write_tiles(g, b->o + r, b->first, b->end, out);
    }
}

/* From finished blocks of U and V, with M of one point after the other in the L1 cache.
 */
static void make_patch(const Winograd *g, ptrdiff_t tile_block, ptrdiff_t out_block,
                       const real *u, const real *v, real *m) {
    const Patch b = patch_at(g, tile_block, out_block);
    for (int p = 0; p < WINOGRAD_POINTS; p++)
        for (ptrdiff_t k = 0; k < g->in; k += WINOGRAD_SLAB)
            multiply(g, &b, k, u + p * u_point(g) + k * g->out_block,
                     v + p * v_point(g) + k * g->tile_block, m + p * m_point(g));
    write_patch(g, &b, m);
}

/* The same with U made slab by slab. */
static void stream_patch(const Winograd *g, ptrdiff_t out_block, real *u, const real *v,
                         real *m) {
    const Patch b = patch_at(g, 0, out_block);
    for (ptrdiff_t k = 0; k < g->in; k += WINOGRAD_SLAB) {
        transform_slab(g, out_block, k, u);
        for (int p = 0; p < WINOGRAD_POINTS; p++)
            multiply(g, &b, k, u + p * u_point(g), v + p * v_point(g) + k * g->tile_block,
                     m + p * m_point(g));
    }
    write_patch(g, &b, m);
}

/* U whole, every thread its tiles. */
static void split_tiles(const Winograd *g, real *u, real *own, int threads) {
#pragma omp parallel num_threads(threads)
    {
        real *v = own + thread_number() * own_size(g), *m = v + v_size(g);
        real *lines = workspace_take(LINES * sizeof *lines);
#pragma omp for schedule(static)
        for (ptrdiff_t o = 0; o < g->out_blocks; o++)
            transform_filters(g, o, u + o * u_size(g));
#pragma omp for schedule(static)
        for (ptrdiff_t t = 0; t < g->tile_blocks; t++) {
            ptrdiff_t first = t * g->tile_block;
            for (ptrdiff_t k = 0; k < g->in; k++)
                transform_input(g, k, first, smaller(first + g->tile_block, g->tiles),
                                lines, v);
            for (ptrdiff_t o = 0; o < g->out_blocks; o++)
                make_patch(g, t, o, u + o * u_size(g), v, m);
        }
        workspace_give(lines);
    }
}

/* V whole, every thread its output channels. */
static void split_filters(const Winograd *g, real *v, real *own, int threads) {
#pragma omp parallel num_threads(threads)
    {
        real *u = own + thread_number() * own_size(g), *m = u + u_size(g);
        real *lines = workspace_take(LINES * sizeof *lines);
#pragma omp for schedule(static)
        for (ptrdiff_t task = 0; task < g->tile_blocks * g->in; task++) {
            ptrdiff_t t = task / g->in, first = t * g->tile_block;
            transform_input(g, task % g->in, first,
                            smaller(first + g->tile_block, g->tiles), lines,
                            v + t * v_size(g));
        }
        workspace_give(lines);
#pragma omp for schedule(static)
        for (ptrdiff_t o = 0; o < g->out_blocks; o++) {
            if (g->streams) {
                stream_patch(g, o, u, v, m);
                continue;
            }
            transform_filters(g, o, u);
            for (ptrdiff_t t = 0; t < g->tile_blocks; t++)
                make_patch(g, t, o, u, v + t * v_size(g), m);
        }
    }
}

static void convolve(const Winograd *g, real *scratch) {
    const int threads =
        threads_for((double)g->tiles * WINOGRAD_POINTS * (double)(g->in * g->out));
    real *own = scratch + shared_size(g);
    if (g->filters_whole)
        split_tiles(g, scratch, own, threads);
    else
        split_filters(g, scratch, own, threads);
}

bool winograd_possible(const ConvDims *d) {
    return d->kh == 3 && d->kw == 3 && d->stride == 1 && d->pad <= 2;
}

bool winograd_suits(const ConvDims *d) {
    return winograd_possible(d) && d->c >= 16 && d->o >= 16 &&
           (double)d->n * d->oh * d->ow >= 64;
}

size_t winograd_scratch(const ConvDims *d) {
    Winograd forward = winograd_plan_forward(d), backward = winograd_plan_backward(d);
    ptrdiff_t most = shared_size(&forward) + threads_count() * own_size(&forward);
    ptrdiff_t other = shared_size(&backward) + threads_count() * own_size(&backward);
    return (size_t)(most > other ? most : other) * sizeof(real);
}

void winograd_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                      real *y, uint8_t *signs, void *scratch) {
    Winograd g = winograd_plan_forward(d);
    g.x = x, g.weight = w, g.bias = b, g.y = y, g.signs = signs;
    convolve(&g, scratch);
}

void winograd_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                            bool add, void *scratch) {
    Winograd g = winograd_plan_backward(d);
    g.x = dy, g.weight = w, g.y = dx, g.add = add;
    convolve(&g, scratch);
}
