/* Winograd convolution: transform the input tiles, transform the filters, multiply, and
 * transform the output tiles (A. Lavin and S. Gray, "Fast Algorithms for Convolutional
 * Neural Networks", CVPR 2016; the arithmetic is in simd/winograd.inc).
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
 * Tiles are numbered through all rows and images. Both sides are cut into blocks: of
 * tiles, and of output channels. M exists for one pair of blocks only, and stays in the
 * second-level cache. The blocks differ by two vectors of tiles, or by one panel of output
 * channels, at most, so that threads get equal shares. Of U and V, the smaller one is
 * computed whole. Then every thread takes blocks of the other, and computes each one just
 * before it is used:
 *
 *     early layers, more tiles than filters: U whole, threads split the tiles
 *     late layers, more filters than tiles:  V whole, threads split the output channels
 *
 * Where one block holds all tiles, a block of U is used only once. It then exists for one
 * part of `in` (KC channels) at a time, so that it never leaves the cache.
 *
 * Within a block and a point, U is packed as [in / KC][out / rows][KC][rows] and V as
 * [in / KC][tiles / lanes][KC][lanes], so that the products read both in order.
 *
 * Each output is computed by one thread. Its sum over `in` is made of parts of KC = 128
 * terms, which are added in order, so the number of threads does not change a bit. The
 * backward pass is the same convolution from dy to dx, with the filters rotated by 180
 * degrees and padding 2 - pad. */
#include "tensor/kernels/fast/winograd.h"
#include "tensor/kernels/blocks.h"

#include <string.h>

#include "tensor/kernels/fast/winograd_fold.h"
#include "tensor/kernels/fast/winograd_plan.h"
#include "tensor/kernels/kernels.h"
#include "tensor/kernels/relu_signs.h"
#include "tensor/threads.h"
#include "tensor/workspace.h"

/* Adjacent tiles of one row: `count` tiles from tile `first` of row `row` of image n
 * on. */
typedef struct TileRun {
    ptrdiff_t n, row, first, count;
} TileRun;

/* The run that begins at a tile and ends before `end` or at the end of the row. */
static TileRun run_from(const Winograd *g, ptrdiff_t tile, ptrdiff_t end) {
    ptrdiff_t in_image = tile % g->in_image;
    TileRun s = {tile / g->in_image, in_image / g->across, in_image % g->across, 0};
    s.count = min_of(g->across - s.first, end - tile);
    return s;
}

/* Elements of a line of a block of tiles, of which there are twelve for one channel. */
static ptrdiff_t line_size(const Winograd *g) {
    return 4 * (g->tile_block + WINOGRAD_MAX_LANES);
}

/* Reads a run of tiles of input channel k to `lines`. */
static void read_run(const Winograd *g, ptrdiff_t k, const TileRun *s, real *lines,
                     ptrdiff_t far) {
    const ptrdiff_t blocks = g->thirds * g->thirds;
    const ptrdiff_t down = 3 * (k % blocks / g->thirds), right = 3 * (k % g->thirds);
    g->code->read(g->x + (s->n * g->in + k) / blocks * g->h * g->w, g->h, g->w, g->mirror,
                  g->top + 4 * s->row - g->pad + down, 4 * s->first - g->pad + right,
                  4 * s->count, lines, line_size(g), far);
}

/* Transforms one input channel of the tiles first .. end into V. Where every run is whole
 * vectors, it is transformed by itself, and one line holds both parts of a row. */
static void transform_input(const Winograd *g, ptrdiff_t k, ptrdiff_t first,
                            ptrdiff_t end, real *lines, real *v) {
    const ptrdiff_t lanes = g->code->lanes, step = line_size(g);
    const ptrdiff_t vecs = ceil_to(end - first, lanes) / lanes;
    const ptrdiff_t part = k / WINOGRAD_KC * WINOGRAD_KC;
    const ptrdiff_t vector = min_of(WINOGRAD_KC, g->in - part) * lanes;
    const bool whole = g->across % lanes == 0;
    real *to = v + part * g->tile_block + (k - part) * lanes;
    TileRun s;
    for (ptrdiff_t tile = first; tile < end; tile += s.count) {
        s = run_from(g, tile, end);
        read_run(g, k, &s, lines + (whole ? 0 : 4 * (tile - first)), whole ? 4 : step);
        if (whole)
            g->code->input(lines, step, 4, s.count / lanes,
                           to + (tile - first) / lanes * vector, winograd_v_point(g),
                           vector);
    }
    if (whole) return;
    for (int l = 0; l < 12; l++)
        for (ptrdiff_t j = 4 * (end - first); j < 4 * vecs * lanes; j++)
            lines[l * step + j] = 0;
    g->code->input(lines, step, step, vecs, to, winograd_v_point(g), vector);
}

/* Transforms the filters of a block of output channels, those from `first` to `last` of
 * its channels, for KC input channels from k on. */
static void transform_part(const Winograd *g, ptrdiff_t block, ptrdiff_t first,
                           ptrdiff_t last, ptrdiff_t k, real *u) {
    const ptrdiff_t rows = g->code->rows, depth = min_of(WINOGRAD_KC, g->in - k);
    const ptrdiff_t start = winograd_out_start(g, block);
    const ptrdiff_t end = min_of(last, winograd_out_start(g, block + 1) - start);
    for (ptrdiff_t o = first; o < end; o += rows)
        g->code->filter(g->weight + (start + o) * g->weight_out + k * g->weight_in,
                        g->weight_out, g->weight_in, min_of(rows, end - o), depth,
                        g->rotated, u + o * depth, winograd_u_point(g));
}

/* Transforms the filters of those channels for all input channels. */
static void transform_filters(const Winograd *g, ptrdiff_t block, ptrdiff_t first,
                              ptrdiff_t last, real *u) {
    for (ptrdiff_t k = 0; k < g->in; k += WINOGRAD_KC)
        transform_part(g, block, first, last, k, u + k * g->out_block);
}

/* Transforms all filters into all blocks of U, by all threads of the team. There may be
 * fewer blocks than threads, so a task is MR channels. If they end within a vector, the
 * rest of that vector is written, too, before the next channels: then it is a block. */
static void transform_all(const Winograd *g, real *u) {
    const bool apart = g->in * g->code->rows % g->code->lanes == 0;
    const ptrdiff_t step = apart ? g->code->rows : g->out_block;
    const ptrdiff_t in_block = ceil_div(g->out_block, step);
#pragma omp for schedule(static)
    for (ptrdiff_t task = 0; task < g->out_blocks * in_block; task++) {
        const ptrdiff_t block = task / in_block, first = task % in_block * step;
        transform_filters(g, block, first, first + step, u + block * winograd_u_size(g));
    }
}

/* A block of tiles by a block of output channels. */
typedef struct BlockPair {
    ptrdiff_t first, end, vecs; /* tiles, and vectors of them */
    ptrdiff_t o, outs;          /* output channels from o on */
} BlockPair;

static BlockPair pair_at(const Winograd *g, ptrdiff_t tile_block, ptrdiff_t out_block) {
    BlockPair b = {.first = winograd_tile_start(g, tile_block),
                   .end = winograd_tile_start(g, tile_block + 1),
                   .o = winograd_out_start(g, out_block)};
    b.vecs = ceil_to(b.end - b.first, g->code->lanes) / g->code->lanes;
    b.outs = winograd_out_start(g, out_block + 1) - b.o;
    return b;
}

/* M = or += U V at one point, for KC input channels from k on; all three begin there. */
static void multiply(const Winograd *g, const BlockPair *b, ptrdiff_t k, const real *u,
                     const real *v, real *m) {
    const ptrdiff_t rows = g->code->rows, lanes = g->code->lanes;
    const ptrdiff_t depth = min_of(WINOGRAD_KC, g->in - k);
    for (ptrdiff_t i = 0, count; i < b->vecs; i += count) {
        count = min_of(g->fma->vecs, b->vecs - i);
        for (ptrdiff_t o = 0; o < b->outs; o += rows)
            g->fma->product(depth, u + o * depth, v + i * depth * lanes, depth * lanes,
                            count, m + o * g->tile_block + i * lanes, g->tile_block,
                            k > 0);
    }
}

/* Copies the ReLU bits of one channel to y's: the bytes of the lower halves of the tiles
 * are `step` after those of the upper halves. */
static void write_signs(const Winograd *g, ptrdiff_t o, ptrdiff_t first, ptrdiff_t end,
                        const uint8_t *from, ptrdiff_t step) {
    const ptrdiff_t down = relu_signs_down(g->oh);
    TileRun s;
    for (ptrdiff_t tile = first; tile < end; tile += s.count) {
        s = run_from(g, tile, end);
        for (ptrdiff_t half = 0; half < 2 && 2 * s.row + half < down; half++) {
            ptrdiff_t row = (s.n * g->out + o) * down + 2 * s.row + half;
            memcpy(g->signs + row * g->across + s.first,
                   from + half * step + tile - first, (size_t)s.count);
        }
    }
}

/* Copies the outputs of one channel, tiles side by side in four long rows, to y. A write
 * to memory that is not in a cache waits until it is loaded, so the rows of the next
 * channel are prefetched. */
static void write_tiles(const Winograd *g, ptrdiff_t o, ptrdiff_t first, ptrdiff_t end,
                        const real *out) {
    TileRun s;
    for (ptrdiff_t tile = first; tile < end; tile += s.count) {
        s = run_from(g, tile, end);
        ptrdiff_t columns = min_of(4 * s.count, g->ow - 4 * s.first);
        ptrdiff_t rows = min_of(4, g->oh - 4 * s.row);
        for (ptrdiff_t r = 0; r < rows; r++) {
            const real *from = out + r * 4 * g->tile_block + 4 * (tile - first);
            if (g->fold) {
                winograd_fold_row(g, s.n * g->out + o, 4 * s.row + r, 4 * s.first,
                                  columns, from);
                continue;
            }
            ptrdiff_t i = (s.n * g->out + o) * g->oh + 4 * s.row + r;
            real *y = g->y + i * g->ow + 4 * s.first;
            for (ptrdiff_t j = 0; j < columns; j += WINOGRAD_MAX_LANES)
                __builtin_prefetch(y + g->oh * g->ow + j, 1);
            if (g->add)
                for (ptrdiff_t j = 0; j < columns; j++)
                    y[j] += from[j];
            else
                memcpy(y, from, (size_t)columns * sizeof(real));
        }
    }
}

static void write_pair(const Winograd *g, const BlockPair *b, const real *m) {
    for (ptrdiff_t r = 0; r < b->outs; r++) {
        real out[4 * 4 * CACHE_MAX_WINOGRAD];
        uint8_t signs[5 * CACHE_MAX_WINOGRAD];
        g->code->output(m + r * g->tile_block, winograd_m_point(g), b->vecs,
                        g->bias ? g->bias[b->o + r] : 0, out, 4 * g->tile_block,
                        g->signs ? signs : NULL);
        if (g->signs)
            write_signs(g, b->o + r, b->first, b->end, signs, 4 * g->tile_block);
        write_tiles(g, b->o + r, b->first, b->end, out);
    }
}

/* Multiplies complete blocks of U and V; M of one point at a time is in the L1 cache. */
static void compute_pair(const Winograd *g, ptrdiff_t tile_block, ptrdiff_t out_block,
                         const real *u, const real *v, real *m) {
    const BlockPair b = pair_at(g, tile_block, out_block);
    for (int p = 0; p < WINOGRAD_POINTS; p++)
        for (ptrdiff_t k = 0; k < g->in; k += WINOGRAD_KC)
            multiply(g, &b, k, u + p * winograd_u_point(g) + k * g->out_block,
                     v + p * winograd_v_point(g) + k * g->tile_block,
                     m + p * winograd_m_point(g));
    write_pair(g, &b, m);
}

/* The same with U computed for KC input channels at a time. */
static void stream_pair(const Winograd *g, ptrdiff_t out_block, real *u, const real *v,
                        real *m) {
    const BlockPair b = pair_at(g, 0, out_block);
    for (ptrdiff_t k = 0; k < g->in; k += WINOGRAD_KC) {
        transform_part(g, out_block, 0, g->out_block, k, u);
        for (int p = 0; p < WINOGRAD_POINTS; p++)
            multiply(g, &b, k, u + p * winograd_u_point(g),
                     v + p * winograd_v_point(g) + k * g->tile_block,
                     m + p * winograd_m_point(g));
    }
    write_pair(g, &b, m);
}

/* U whole; threads split the tiles. */
static void split_tiles(const Winograd *g, real *u, real *per_thread, int threads) {
#pragma omp parallel num_threads(threads)
    {
        real *v = per_thread + thread_number() * winograd_thread_size(g),
             *m = v + winograd_v_size(g);
        real *lines = workspace_take((size_t)(12 * line_size(g)) * sizeof *lines);
        transform_all(g, u);
#pragma omp for schedule(static)
        for (ptrdiff_t t = 0; t < g->tile_blocks; t++) {
            for (ptrdiff_t k = 0; k < g->in; k++)
                transform_input(g, k, winograd_tile_start(g, t),
                                winograd_tile_start(g, t + 1), lines, v);
            for (ptrdiff_t o = 0; o < g->out_blocks; o++)
                compute_pair(g, t, o, u + o * winograd_u_size(g), v, m);
        }
        workspace_give(lines);
    }
}

/* V whole; threads split the output channels. */
static void split_filters(const Winograd *g, real *v, real *per_thread, int threads) {
#pragma omp parallel num_threads(threads)
    {
        real *u = per_thread + thread_number() * winograd_thread_size(g),
             *m = u + winograd_u_size(g);
        real *lines = workspace_take((size_t)(12 * line_size(g)) * sizeof *lines);
#pragma omp for schedule(static)
        for (ptrdiff_t task = 0; task < g->tile_blocks * g->in; task++) {
            const ptrdiff_t t = task / g->in;
            transform_input(g, task % g->in, winograd_tile_start(g, t),
                            winograd_tile_start(g, t + 1), lines,
                            v + t * winograd_v_size(g));
        }
        workspace_give(lines);
#pragma omp for schedule(static)
        for (ptrdiff_t o = 0; o < g->out_blocks; o++) {
            if (g->streams) {
                stream_pair(g, o, u, v, m);
                continue;
            }
            transform_filters(g, o, 0, g->out_block, u);
            for (ptrdiff_t t = 0; t < g->tile_blocks; t++)
                compute_pair(g, t, o, u, v + t * winograd_v_size(g), m);
        }
    }
}

void winograd_run(const Winograd *g, real *workspace) {
    const int threads =
        threads_for((double)g->tiles * WINOGRAD_POINTS * (double)(g->in * g->out));
    real *per_thread = workspace + winograd_shared_size(g);
    if (g->filters_whole)
        split_tiles(g, workspace, per_thread, threads);
    else
        split_filters(g, workspace, per_thread, threads);
    if (g->fold) winograd_fold_rings(g, g->tiles / g->in_image * g->out);
}

bool winograd_possible(const ConvDims *d) {
    return d->kh == 3 && d->kw == 3 && d->stride == 1 && d->pad <= 2;
}

bool winograd_suits(const ConvDims *d) {
    return winograd_possible(d) && d->c >= 16 && d->o >= 16 &&
           (double)d->n * d->oh * d->ow >= 64;
}

/* Without the rings. */
static ptrdiff_t blocks_size(const Winograd *g) {
    return winograd_shared_size(g) + threads_count() * winograd_thread_size(g);
}

ptrdiff_t winograd_size(const Winograd *g) {
    return blocks_size(g) + g->tiles / g->in_image * g->out * winograd_ring_size(g);
}

size_t winograd_workspace(const ConvDims *d) {
    const Winograd forward = winograd_plan_forward(d);
    const Winograd backward = winograd_plan_backward(d);
    const ptrdiff_t most = max_of(winograd_size(&forward), winograd_size(&backward));
    return (size_t)most * sizeof(real);
}

void winograd_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                      real *y, uint8_t *signs, void *workspace) {
    Winograd g = winograd_plan_forward(d);
    g.x = x, g.weight = w, g.bias = b, g.y = y, g.signs = signs;
    winograd_run(&g, workspace);
}

void winograd_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                            bool add, void *workspace) {
    Winograd g = winograd_plan_backward(d);
    g.x = dy, g.weight = w, g.y = dx, g.add = add;
    g.ring = (real *)workspace + blocks_size(&g);
    winograd_run(&g, workspace);
}
