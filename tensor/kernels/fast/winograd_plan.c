#include "tensor/kernels/fast/winograd_plan.h"
#include "tensor/kernels/blocks.h"
#include "tensor/kernels/simd/code.h"
#include "tensor/threads.h"

/* The number of blocks of at most `most`, or of one unit if that is larger: a multiple of
 * the number of threads, so that no thread works alone on the last one. */
static ptrdiff_t block_count(ptrdiff_t size, ptrdiff_t most, ptrdiff_t unit,
                             int threads) {
    const ptrdiff_t units = ceil_div(size, unit), in_block = max_of(most / unit, 1);
    return min_of(ceil_to(ceil_div(units, in_block), threads), units);
}

/* The largest of `count` blocks that winograd_block_start cuts. */
static ptrdiff_t block_width(ptrdiff_t size, ptrdiff_t count, ptrdiff_t unit) {
    return ceil_div(ceil_div(size, unit), count) * unit;
}

/* The share of the busiest thread where `size` is dealt out in units. */
static double busiest(ptrdiff_t size, ptrdiff_t unit) {
    const ptrdiff_t units = ceil_div(size, unit);
    return (double)ceil_div(units, threads_count()) / (double)units;
}

/* The smaller one of U and V. If V is not much larger, it is V when the output channels
 * can be dealt out more evenly: 36 tiles are three vectors of 16, and one of two threads
 * would compute two of them. */
static bool filters_first(const Winograd *g) {
    if (g->tiles > 4 * g->out) return true;
    return g->tiles > g->out &&
           busiest(g->tiles, g->code->lanes) <= 1.1 * busiest(g->out, g->code->rows);
}

/* The product takes up to fma->vecs vectors of tiles at once, and is fastest with all of
 * them. Where that would make the shares of the threads uneven, a unit is one vector. */
static ptrdiff_t tile_unit(const Winograd *g, int threads) {
    const ptrdiff_t most = g->code->lanes * g->fma->vecs;
    return ceil_div(g->tiles, most) % threads == 0 ? most : g->code->lanes;
}

static void plan_blocks(Winograd *g, ptrdiff_t images) {
    g->code = simd_best()->winograd;
    g->fma = simd_best()->fma;
    g->across = ceil_to(g->ow, 4) / 4;
    g->in_image = ceil_to(g->oh, 4) / 4 * g->across;
    g->tiles = images * g->in_image;
    g->filters_whole = filters_first(g);
    int tile_threads = g->filters_whole ? threads_count() : 1;
    int out_threads = g->filters_whole ? 1 : threads_count();
    const ptrdiff_t most = cache_blocks()->winograd;
    const ptrdiff_t rows = g->code->rows;
    g->tile_unit = tile_unit(g, tile_threads);
    g->tile_blocks = block_count(g->tiles, most, g->tile_unit, tile_threads);
    g->tile_block = block_width(g->tiles, g->tile_blocks, g->tile_unit);
    g->streams = !g->filters_whole && g->tile_blocks == 1;
    /* A U that is computed for KC input channels at a time has half of the channels. */
    g->out_blocks = block_count(g->out, g->streams ? most / 2 : most, rows, out_threads);
    g->out_block = block_width(g->out, g->out_blocks, rows);
}

Winograd winograd_plan_forward(const ConvDims *d) {
    const ptrdiff_t thirds = d->kh / 3, in = d->c * thirds * thirds;
    Winograd g = {.in = in,
                  .h = d->h - 2 * d->mirror,
                  .w = d->w - 2 * d->mirror,
                  .out = d->o,
                  .oh = d->oh,
                  .ow = d->ow,
                  .pad = d->pad + d->mirror,
                  .mirror = d->mirror,
                  .thirds = thirds,
                  .weight_out = in * WINOGRAD_TAPS,
                  .weight_in = WINOGRAD_TAPS};
    plan_blocks(&g, d->n);
    return g;
}

Winograd winograd_plan_backward(const ConvDims *d) {
    Winograd g = {.in = d->o,
                  .h = d->oh,
                  .w = d->ow,
                  .out = d->c,
                  .oh = d->h,
                  .ow = d->w,
                  .pad = 2 - d->pad,
                  .fold = d->mirror,
                  .thirds = 1,
                  .rotated = true,
                  .weight_out = WINOGRAD_TAPS,
                  .weight_in = (ptrdiff_t)d->c * WINOGRAD_TAPS};
    plan_blocks(&g, d->n);
    return g;
}
