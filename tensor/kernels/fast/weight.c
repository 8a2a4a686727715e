/* dw[o,c,u,v] += sum over n,i,j of dy[n,o,i,j] x[n,c, i s + u - p, j s + v - p]
 *
 * Weights are cut into blocks, the pictures into units, and all units, in order, into
 * pieces:
 *
 *     pictures, units     0 0 0 0 1 1 1 1 2 2 2 2 ...      c ->
 *     pieces             |  0  |  1  |  2  | ...        o +------+------+
 *                                                       | |64x64 |      |  blocks
 *                                                       v +------+------+
 *
 * A task is one piece for one block, and has sums of its own (weight_block.h); when all
 * are done, the sums of all pieces are added to dw in order. */
#include "tensor/kernels/fast/weight.h"
#include "tensor/kernels/blocks.h"

#include "tensor/kernels/fast/weight_block.h"
#include "tensor/kernels/fast/winograd.h"
#include "tensor/kernels/kernels.h"
#include "tensor/kernels/simd/code.h"
#include "tensor/threads.h"

#define TASKS 16 /* as long as there are units enough */

typedef struct Weights {
    const ConvDims *d;
    const FmaTile *fma;
    const WeightTile *tile;
    const WeightWay *way;
    ptrdiff_t window; /* kh kw */
    ptrdiff_t units, pieces;
    ptrdiff_t out_blocks, in_blocks, blocks;
    ptrdiff_t weights;             /* k of a block, whole tiles */
    ptrdiff_t sums_size, own_size; /* numbers of a task, of a thread */
} Weights;

static Weights cut(const ConvDims *d, int version) {
    Weights g = {
        .d = d, .fma = simd_code(version)->fma, .tile = simd_code(version)->weight};
    g.way = winograd_suits(d) ? &weight_winograd : &weight_bands;
    g.window = (ptrdiff_t)d->kh * d->kw;
    g.out_blocks = divide_up(d->o, WEIGHT_BLOCK);
    g.in_blocks = divide_up(d->c, WEIGHT_BLOCK);
    g.blocks = g.out_blocks * g.in_blocks;
    g.units = g.way->units(d);
    g.pieces = smaller(g.units, divide_up(TASKS, g.blocks));
    g.weights = round_up(smaller(d->c, WEIGHT_BLOCK) * g.window, g.tile->rows);
    g.sums_size = round_up(smaller(d->o, WEIGHT_BLOCK), FMA_MOST_LANES) * g.weights;
    g.own_size = round_up(g.way->scratch(d, g.tile->lanes), FMA_MOST_LANES);
    return g;
}

static void run_task(const Weights *g, const real *x, const real *dy, ptrdiff_t task,
                     real *own, real *sums) {
    const ptrdiff_t piece = task / g->blocks, block = task % g->blocks;
    WeightBlock b = {.d = g->d,
                     .fma = g->fma,
                     .tile = g->tile,
                     .x = x,
                     .dy = dy,
                     .o = block / g->in_blocks * WEIGHT_BLOCK,
                     .c = block % g->in_blocks * WEIGHT_BLOCK,
                     .weights = g->weights};
    b.outs = smaller(WEIGHT_BLOCK, g->d->o - b.o);
    b.channels = smaller(WEIGHT_BLOCK, g->d->c - b.c);
    g->way->run(&b, g->units * piece / g->pieces, g->units * (piece + 1) / g->pieces, own,
                sums + task * g->sums_size);
}

/* The window of one input channel for a vector of output channels: the sums of the pieces
 * in order, as they lie; then each to its place. */
static void collect(const Weights *g, ptrdiff_t o, ptrdiff_t c, const real *sums,
                    real *dw) {
    const ptrdiff_t lanes = g->tile->lanes, row = o / WEIGHT_BLOCK;
    const ptrdiff_t outs = smaller(WEIGHT_BLOCK, g->d->o - row * WEIGHT_BLOCK);
    const ptrdiff_t place = o % WEIGHT_BLOCK;
    const ptrdiff_t pair = place / (WEIGHT_VECS * lanes) * WEIGHT_VECS * lanes;
    const ptrdiff_t step = smaller(WEIGHT_VECS, divide_up(outs - pair, lanes)) * lanes;
    const real *from = sums + (row * g->in_blocks + c / WEIGHT_BLOCK) * g->sums_size +
                       pair * g->weights + place - pair +
                       c % WEIGHT_BLOCK * g->window * step;
    for (ptrdiff_t k = 0; k < g->window; k++, from += step) {
        real sum[FMA_MOST_LANES] = {0};
        for (ptrdiff_t i = 0; i < g->pieces; i++)
            for (ptrdiff_t l = 0; l < lanes; l++)
                sum[l] += from[i * g->blocks * g->sums_size + l];
        for (ptrdiff_t l = 0; l < smaller(lanes, g->d->o - o); l++)
            dw[((o + l) * g->d->c + c) * g->window + k] += sum[l];
    }
}

static ptrdiff_t all_sums(const Weights *g) {
    return g->pieces * g->blocks * g->sums_size;
}

size_t fast_weight_scratch(const ConvDims *d) {
    ptrdiff_t most = 0;
    for (int i = 0; simd_code(i); i++) {
        const Weights g = cut(d, i);
        const ptrdiff_t size = all_sums(&g) + threads_count() * g.own_size;
        if (size > most) most = size;
    }
    return (size_t)most * sizeof(real);
}

void fast_weight_by(int version, const ConvDims *d, const real *x, const real *dy,
                    real *dw, void *scratch) {
    const Weights g = cut(d, version);
    real *sums = scratch, *own = sums + all_sums(&g);
    const int threads =
        threads_for((double)d->n * d->o * d->oh * d->ow * d->c * (double)g.window);
#pragma omp parallel num_threads(threads)
    {
#pragma omp for schedule(dynamic)
        for (ptrdiff_t task = 0; task < g.pieces * g.blocks; task++)
            run_task(&g, x, dy, task, own + thread_number() * g.own_size, sums);
#pragma omp for schedule(static)
        for (ptrdiff_t i = 0; i < divide_up(d->o, g.tile->lanes) * d->c; i++)
            collect(&g, i / d->c * g.tile->lanes, i % d->c, sums, dw);
    }
}

void fast_weight(const ConvDims *d, const real *x, const real *dy, real *dw,
                 void *scratch) {
    fast_weight_by(simd_widest(), d, x, dy, dw, scratch);
}
