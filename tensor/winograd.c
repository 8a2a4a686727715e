/* Winograd convolution: transform the input tiles, transform the filters, multiply, and
 * transform back (the arithmetic is in winograd_simd.inc).
 *
 *     x (n, in, h, w)                                       w (out, in, 3, 3)
 *        | read, input                                         | filter
 *        v                                                     v
 *     V [36][tiles / lanes][in][lanes]       U [36][out / rows][in][rows]
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
 * Each output is made by one thread, its sum over `in` in slabs of 128 that are added one
 * after the other, so the number of threads does not change a bit. Backward is the same
 * convolution from dy to dx with the filters turned by 180 degrees and padding 2 - pad.
 */
#include "tensor/winograd.h"

#include <string.h>

#include "tensor/fma_tile.h"
#include "tensor/gemm_block.h"
#include "tensor/kernels_gemm.h"
#include "tensor/relu_signs.h"
#include "tensor/winograd_simd.h"

#ifdef _OPENMP
#include <omp.h>
#else
static int omp_get_thread_num(void) {
    return 0;
}
#endif

#define BLOCK 64 /* tiles, output channels */
#define SLAB 128 /* input channels that are multiplied while they are in the L1 cache */

/* The convolution in its own terms, the same for both directions. */
typedef struct Winograd {
    const WinogradCode *code;
    const FmaTile *tile;
    ptrdiff_t in, h, w, out, oh, ow, pad;
    ptrdiff_t across, in_picture; /* tiles in a row, in a picture */
    ptrdiff_t tiles, tile_block, tile_blocks;
    ptrdiff_t out_block, out_blocks;
    bool filters_whole; /* U is made whole; otherwise V is */
    bool turned;        /* backward: by 180 degrees */
    bool add;           /* output is added to y */
    /* Filter (out, in) begins at weight[out weight_out + in weight_in]. */
    const real *x, *weight, *bias;
    ptrdiff_t weight_out, weight_in;
    real *y;
    uint8_t *signs; /* or NULL: no ReLU */
} Winograd;

static ptrdiff_t round_up(ptrdiff_t a, ptrdiff_t unit) {
    return (a + unit - 1) / unit * unit;
}

/* Width of equal blocks of at most BLOCK, whole units each, so many that no thread is
 * left to work alone on the last one. */
static ptrdiff_t block_width(ptrdiff_t size, ptrdiff_t unit, int threads) {
    ptrdiff_t blocks = round_up(round_up(size, BLOCK) / BLOCK, threads);
    return round_up(round_up(size, blocks) / blocks, unit);
}

static void plan_blocks(Winograd *g, ptrdiff_t pictures) {
    g->code = winograd_code_best();
    g->tile = fma_tile_best();
    g->across = round_up(g->ow, 4) / 4;
    g->in_picture = round_up(g->oh, 4) / 4 * g->across;
    g->tiles = pictures * g->in_picture;
    g->filters_whole = g->tiles > g->out;
    int tile_threads = g->filters_whole ? threads_count() : 1;
    int out_threads = g->filters_whole ? 1 : threads_count();
    g->tile_block = block_width(g->tiles, g->code->lanes, tile_threads);
    g->out_block = block_width(g->out, g->code->rows, out_threads);
    g->tile_blocks = round_up(g->tiles, g->tile_block) / g->tile_block;
    g->out_blocks = round_up(g->out, g->out_block) / g->out_block;
}

static Winograd plan_forward(const ConvDims *d) {
    Winograd g = {.in = d->c,
                  .h = d->h,
                  .w = d->w,
                  .out = d->o,
                  .oh = d->oh,
                  .ow = d->ow,
                  .pad = d->pad,
                  .weight_out = (ptrdiff_t)d->c * WINOGRAD_TAPS,
                  .weight_in = WINOGRAD_TAPS};
    plan_blocks(&g, d->n);
    return g;
}

static Winograd plan_backward(const ConvDims *d) {
    Winograd g = {.in = d->o,
                  .h = d->oh,
                  .w = d->ow,
                  .out = d->c,
                  .oh = d->h,
                  .ow = d->w,
                  .pad = 2 - d->pad,
                  .turned = true,
                  .weight_out = WINOGRAD_TAPS,
                  .weight_in = (ptrdiff_t)d->c * WINOGRAD_TAPS};
    plan_blocks(&g, d->n);
    return g;
}

/* Numbers between one point and the next. A line more than needed: otherwise the 36
 * points of a tile, a power of two apart, would all compete for the same cache lines. */
static ptrdiff_t v_point(const Winograd *g) {
    return g->tile_block * g->in + WINOGRAD_MOST_LANES;
}

static ptrdiff_t u_point(const Winograd *g) {
    return g->out_block * g->in + WINOGRAD_MOST_LANES;
}

static ptrdiff_t m_point(const Winograd *g) {
    return g->out_block * g->tile_block + WINOGRAD_MOST_LANES;
}

static ptrdiff_t v_size(const Winograd *g) {
    return WINOGRAD_POINTS * v_point(g);
}

static ptrdiff_t u_size(const Winograd *g) {
    return WINOGRAD_POINTS * u_point(g);
}

/* Numbers that all threads share (U or V), and those of one thread (a block of the other,
 * and M). */
static ptrdiff_t shared_size(const Winograd *g) {
    return g->filters_whole ? g->out_blocks * u_size(g) : g->tile_blocks * v_size(g);
}

static ptrdiff_t own_size(const Winograd *g) {
    return (g->filters_whole ? v_size(g) : u_size(g)) + WINOGRAD_POINTS * m_point(g);
}

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

/* One input channel of the tiles first .. end into V. */
static void transform_input(const Winograd *g, ptrdiff_t k, ptrdiff_t first,
                            ptrdiff_t end, real *v) {
    enum { STEP = 4 * (BLOCK + WINOGRAD_MOST_LANES) };
    real lines[12 * STEP];
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
    g->code->input(lines, STEP, vecs, v + k * g->code->lanes, v_point(g),
                   g->in * g->code->lanes);
}

/* The filters of a block of output channels into U. */
static void transform_filters(const Winograd *g, ptrdiff_t block, real *u) {
    const ptrdiff_t rows = g->code->rows, first = block * g->out_block;
    const ptrdiff_t end = smaller(first + g->out_block, g->out);
    for (ptrdiff_t o = first; o < end; o += rows)
        g->code->filter(g->weight + o * g->weight_out, g->weight_out, g->weight_in,
                        smaller(rows, end - o), g->in, g->turned, u + (o - first) * g->in,
                        u_point(g));
}

/* M = U V at one point. */
static void multiply_point(const Winograd *g, ptrdiff_t outs, ptrdiff_t vecs,
                           const real *u, const real *v, real *m) {
    const ptrdiff_t rows = g->code->rows, lanes = g->code->lanes, vector = g->in * lanes;
    for (ptrdiff_t k = 0; k < g->in; k += SLAB) {
        ptrdiff_t depth = smaller(SLAB, g->in - k), count;
        for (ptrdiff_t i = 0; i < vecs; i += count) {
            count = smaller(g->tile->vecs, vecs - i);
            for (ptrdiff_t o = 0; o < outs; o += rows)
                g->tile->product(depth, u + o * g->in + k * rows,
                                 v + i * vector + k * lanes, vector, count,
                                 m + o * g->tile_block + i * lanes, g->tile_block, k > 0);
        }
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
            const real *from = out + r * 4 * BLOCK + 4 * (tile - first);
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

/* A block of tiles by a block of output channels: products and the way back. */
static void make_block(const Winograd *g, ptrdiff_t tile_block, ptrdiff_t out_block,
                       const real *u, const real *v, real *m) {
    const ptrdiff_t first = tile_block * g->tile_block, o = out_block * g->out_block;
    const ptrdiff_t end = smaller(first + g->tile_block, g->tiles);
    const ptrdiff_t outs = smaller(g->out_block, g->out - o), lanes = g->code->lanes;
    const ptrdiff_t vecs = round_up(end - first, lanes) / lanes;
    for (int p = 0; p < WINOGRAD_POINTS; p++)
        multiply_point(g, outs, vecs, u + p * u_point(g), v + p * v_point(g),
                       m + p * m_point(g));
    for (ptrdiff_t r = 0; r < outs; r++) {
        real out[4 * 4 * BLOCK];
        uint8_t signs[5 * BLOCK];
        g->code->output(m + r * g->tile_block, m_point(g), vecs,
                        g->bias ? g->bias[o + r] : 0, out, 4 * BLOCK,
                        g->signs ? signs : NULL);
        if (g->signs) write_signs(g, o + r, first, end, signs, 4 * BLOCK);
        write_tiles(g, o + r, first, end, out);
    }
}

/* U whole, every thread its tiles. */
static void split_tiles(const Winograd *g, real *u, real *own, int threads) {
#pragma omp parallel num_threads(threads)
    {
        real *v = own + omp_get_thread_num() * own_size(g), *m = v + v_size(g);
#pragma omp for schedule(static)
        for (ptrdiff_t o = 0; o < g->out_blocks; o++)
            transform_filters(g, o, u + o * u_size(g));
#pragma omp for schedule(static)
        for (ptrdiff_t t = 0; t < g->tile_blocks; t++) {
            ptrdiff_t first = t * g->tile_block;
            for (ptrdiff_t k = 0; k < g->in; k++)
                transform_input(g, k, first, smaller(first + g->tile_block, g->tiles), v);
            for (ptrdiff_t o = 0; o < g->out_blocks; o++)
                make_block(g, t, o, u + o * u_size(g), v, m);
        }
    }
}

/* V whole, every thread its output channels. */
static void split_filters(const Winograd *g, real *v, real *own, int threads) {
#pragma omp parallel num_threads(threads)
    {
        real *u = own + omp_get_thread_num() * own_size(g), *m = u + u_size(g);
#pragma omp for schedule(static)
        for (ptrdiff_t task = 0; task < g->tile_blocks * g->in; task++) {
            ptrdiff_t t = task / g->in, first = t * g->tile_block;
            transform_input(g, task % g->in, first,
                            smaller(first + g->tile_block, g->tiles), v + t * v_size(g));
        }
#pragma omp for schedule(static)
        for (ptrdiff_t o = 0; o < g->out_blocks; o++) {
            transform_filters(g, o, u);
            for (ptrdiff_t t = 0; t < g->tile_blocks; t++)
                make_block(g, t, o, u, v + t * v_size(g), m);
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
    Winograd forward = plan_forward(d), backward = plan_backward(d);
    ptrdiff_t most = shared_size(&forward) + threads_count() * own_size(&forward);
    ptrdiff_t other = shared_size(&backward) + threads_count() * own_size(&backward);
    return (size_t)(most > other ? most : other) * sizeof(real);
}

void winograd_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                      real *y, uint8_t *signs, void *scratch) {
    Winograd g = plan_forward(d);
    g.x = x, g.weight = w, g.bias = b, g.y = y, g.signs = signs;
    convolve(&g, scratch);
}

void winograd_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                            bool add, void *scratch) {
    Winograd g = plan_backward(d);
    g.x = dy, g.weight = w, g.y = dx, g.add = add;
    convolve(&g, scratch);
}
