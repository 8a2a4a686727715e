/* dw[o,c,u,v] += sum over n,i,j of dy[n,o,i,j] x[n,c, i s + u - p, j s + v - p]
 *
 * Weights are cut into blocks, the images into units, and all units, in order, into
 * parts:
 *
 *     images, units       0 0 0 0 1 1 1 1 2 2 2 2 ...      c ->
 *     parts              |  0  |  1  |  2  | ...        o +------+------+
 *                                                       | |64x64 |      |  blocks
 *                                                       v +------+------+
 *
 * A task is one part for one block, and has its own sums (weight_block.h). At the end the
 * sums of all parts are added to dw in order. */
#include "tensor/kernels/fast/weight.h"
#include "tensor/kernels/blocks.h"

#include "tensor/kernels/fast/weight_block.h"
#include "tensor/kernels/fast/winograd.h"
#include "tensor/kernels/kernels.h"
#include "tensor/kernels/simd/code.h"
#include "tensor/threads.h"

#define TASKS 16 /* at least, if there are enough units */

typedef struct Weights {
    const ConvDims *d;
    const FmaKernel *fma;
    const WeightKernel *kernel;
    const WeightMethod *method;
    ptrdiff_t window; /* kh kw */
    ptrdiff_t units, parts;
    ptrdiff_t out_blocks, in_blocks, blocks;
    ptrdiff_t weights;                /* of a block, a multiple of MR */
    ptrdiff_t sums_size, thread_size; /* elements of a task, of a thread */
} Weights;

static Weights cut(const ConvDims *d, int version) {
    Weights g = {
        .d = d, .fma = simd_code(version)->fma, .kernel = simd_code(version)->weight};
    g.method = winograd_suits(d) ? &weight_winograd : &weight_direct;
    g.window = (ptrdiff_t)d->kh * d->kw;
    g.out_blocks = ceil_div(d->o, WEIGHT_BLOCK);
    g.in_blocks = ceil_div(d->c, WEIGHT_BLOCK);
    g.blocks = g.out_blocks * g.in_blocks;
    g.units = g.method->units(d);
    g.parts = min_of(g.units, ceil_div(TASKS, g.blocks));
    g.weights = ceil_to(min_of(d->c, WEIGHT_BLOCK) * g.window, g.kernel->rows);
    g.sums_size = ceil_to(min_of(d->o, WEIGHT_BLOCK), FMA_MAX_LANES) * g.weights;
    g.thread_size = ceil_to(g.method->workspace(d, g.kernel->lanes), FMA_MAX_LANES);
    return g;
}

static void run_task(const Weights *g, const real *x, const real *dy, ptrdiff_t task,
                     real *per_thread, real *sums) {
    const ptrdiff_t part = task / g->blocks, block = task % g->blocks;
    WeightBlock b = {.d = g->d,
                     .fma = g->fma,
                     .kernel = g->kernel,
                     .x = x,
                     .dy = dy,
                     .o = block / g->in_blocks * WEIGHT_BLOCK,
                     .c = block % g->in_blocks * WEIGHT_BLOCK,
                     .weights = g->weights};
    b.outs = min_of(WEIGHT_BLOCK, g->d->o - b.o);
    b.channels = min_of(WEIGHT_BLOCK, g->d->c - b.c);
    g->method->run(&b, g->units * part / g->parts, g->units * (part + 1) / g->parts,
                   per_thread, sums + task * g->sums_size);
}

/* The weights of one input channel for a vector of output channels: adds the sums of all
 * parts, in order, to dw. */
static void collect(const Weights *g, ptrdiff_t o, ptrdiff_t c, const real *sums,
                    real *dw) {
    const ptrdiff_t lanes = g->kernel->lanes, row = o / WEIGHT_BLOCK;
    const ptrdiff_t outs = min_of(WEIGHT_BLOCK, g->d->o - row * WEIGHT_BLOCK);
    const ptrdiff_t within = o % WEIGHT_BLOCK;
    const ptrdiff_t pair = within / (WEIGHT_VECS * lanes) * WEIGHT_VECS * lanes;
    const ptrdiff_t step = min_of(WEIGHT_VECS, ceil_div(outs - pair, lanes)) * lanes;
    const real *from = sums + (row * g->in_blocks + c / WEIGHT_BLOCK) * g->sums_size +
                       pair * g->weights + within - pair +
                       c % WEIGHT_BLOCK * g->window * step;
    for (ptrdiff_t k = 0; k < g->window; k++, from += step) {
        real sum[FMA_MAX_LANES] = {0};
        for (ptrdiff_t i = 0; i < g->parts; i++)
            for (ptrdiff_t l = 0; l < lanes; l++)
                sum[l] += from[i * g->blocks * g->sums_size + l];
        for (ptrdiff_t l = 0; l < min_of(lanes, g->d->o - o); l++)
            dw[((o + l) * g->d->c + c) * g->window + k] += sum[l];
    }
}

static ptrdiff_t all_sums(const Weights *g) {
    return g->parts * g->blocks * g->sums_size;
}

size_t fast_weight_workspace(const ConvDims *d) {
    ptrdiff_t most = 0;
    for (int i = 0; simd_code(i); i++) {
        const Weights g = cut(d, i);
        const ptrdiff_t size = all_sums(&g) + threads_count() * g.thread_size;
        if (size > most) most = size;
    }
    return (size_t)most * sizeof(real);
}

void fast_weight_by(int version, const ConvDims *d, const real *x, const real *dy,
                    real *dw, void *workspace) {
    const Weights g = cut(d, version);
    real *sums = workspace, *per_thread = sums + all_sums(&g);
    const int threads =
        threads_for((double)d->n * d->o * d->oh * d->ow * d->c * (double)g.window);
#pragma omp parallel num_threads(threads)
    {
#pragma omp for schedule(dynamic)
        for (ptrdiff_t task = 0; task < g.parts * g.blocks; task++)
            run_task(&g, x, dy, task, per_thread + thread_number() * g.thread_size, sums);
#pragma omp for schedule(static)
        for (ptrdiff_t i = 0; i < ceil_div(d->o, g.kernel->lanes) * d->c; i++)
            collect(&g, i / d->c * g.kernel->lanes, i % d->c, sums, dw);
    }
}

void fast_weight(const ConvDims *d, const real *x, const real *dy, real *dw,
                 void *workspace) {
    fast_weight_by(simd_widest(), d, x, dy, dw, workspace);
}
