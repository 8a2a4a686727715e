/* dw[o,c,u,v] += sum over n,i,j of dy[n,o,i,j] x[n,c, i s + u - p, j s + v - p]
 *
 * Pictures are cut into bands, a few rows of positions (i, j) each. All bands of all
 * pictures, in order, are cut into pieces. Weights are cut into blocks:
 *
 *     pictures, bands     0 0 0 0 1 1 1 1 2 2 2 2 ...      c ->
 *     pieces             |  0  |  1  |  2  | ...        o +------+------+
 *                                                       | |64x64 |      |  blocks
 *                                                       v +------+------+
 *
 * A task is one piece for one block. It walks through its bands; of each it makes
 *
 *     rows    (c, height, width)             x with its padding around it
 *     panels  (o / lanes, positions, lanes)  dy turned, channels side by side
 *
 * which stay in the second-level cache while the tile (weight_tile.h) takes two panels by
 * a few weights k = (c, u, v) after the other, and adds what it gets to the task's sums
 *
 *     sums    (o / 2 lanes, k, 2, lanes)
 *
 * that no other task touches. At the end the sums of all pieces are added to dw in order.
 */
#include "tensor/fast_weight.h"

#include <string.h>

#include "tensor/gemm_block.h"
#include "tensor/kernels_gemm.h"
#include "tensor/weight_tile.h"

#ifdef _OPENMP
#include <omp.h>
#else
static int omp_get_thread_num(void) {
    return 0;
}
#endif

#define BLOCK 64      /* output channels, input channels */
#define POSITIONS 256 /* of a band, unless a single row has more */
#define TASKS 32      /* as long as there are bands enough */

typedef struct Weights {
    const ConvDims *d;
    const FmaTile *fma; /* packs dy */
    const WeightTile *tile;
    ptrdiff_t window;                            /* kh kw */
    ptrdiff_t out_blocks, in_blocks, pieces;     /* of these are the tasks */
    ptrdiff_t height, bands;                     /* of a band; in a picture */
    ptrdiff_t row, plane;                        /* numbers of x in a row, a channel */
    ptrdiff_t panel;                             /* from one to the next */
    ptrdiff_t weights;                           /* k of a block, whole tiles */
    ptrdiff_t rows_size, panels_size, sums_size; /* numbers */
} Weights;

static ptrdiff_t divide_up(ptrdiff_t a, ptrdiff_t b) {
    return (a + b - 1) / b;
}

static ptrdiff_t round_up(ptrdiff_t a, ptrdiff_t unit) {
    return divide_up(a, unit) * unit;
}

static Weights cut(const ConvDims *d, int version) {
    Weights g = {.d = d, .fma = fma_tile(version), .tile = weight_tile(version)};
    const ptrdiff_t lanes = g.tile->lanes, outs = smaller(d->o, BLOCK);
    const ptrdiff_t channels = smaller(d->c, BLOCK);
    g.window = (ptrdiff_t)d->kh * d->kw;
    g.out_blocks = divide_up(d->o, BLOCK), g.in_blocks = divide_up(d->c, BLOCK);
    g.bands = smaller(d->oh, divide_up((ptrdiff_t)d->oh * d->ow, POSITIONS));
    g.height = divide_up(d->oh, g.bands);
    g.bands = divide_up(d->oh, g.height);
    g.pieces = smaller(d->n * g.bands, divide_up(TASKS, g.out_blocks * g.in_blocks));
    g.row = (ptrdiff_t)(d->ow - 1) * d->stride + d->kw;
    g.plane = ((g.height - 1) * d->stride + d->kh) * g.row;
    g.panel = (g.height * d->ow + 1) * lanes;
    g.weights = round_up(channels * g.window, g.tile->rows);
    g.rows_size = round_up(channels * g.plane, FMA_MOST_LANES);
    g.panels_size = divide_up(outs, lanes) * g.panel;
    g.sums_size = round_up(outs, lanes) * g.weights;
    return g;
}

static ptrdiff_t tasks_of(const Weights *g) {
    return g->pieces * g->out_blocks * g->in_blocks;
}

static ptrdiff_t all_sums(const Weights *g) {
    return round_up(tasks_of(g) * g->sums_size, FMA_MOST_LANES);
}

/* Rows of one channel from `top` on (which may lie above the picture), zeros outside. */
static void copy_rows(const Weights *g, const real *x, ptrdiff_t top, ptrdiff_t rows,
                      real *to) {
    const ConvDims *d = g->d;
    const ptrdiff_t known = smaller(d->w, g->row - d->pad);
    for (ptrdiff_t i = top; i < top + rows; i++, to += g->row) {
        if (i < 0 || i >= d->h || known <= 0) {
            memset(to, 0, (size_t)g->row * sizeof(real));
            continue;
        }
        memset(to, 0, (size_t)d->pad * sizeof(real));
        memcpy(to + d->pad, x + i * d->w, (size_t)known * sizeof(real));
        memset(to + d->pad + known, 0, (size_t)(g->row - d->pad - known) * sizeof(real));
    }
}

/* One band: the products of all weights of a block. */
static void multiply(const Weights *g, ptrdiff_t rows, ptrdiff_t outs, ptrdiff_t channels,
                     const real *x, const real *panels, real *sums) {
    const ConvDims *d = g->d;
    const ptrdiff_t lanes = g->tile->lanes, last = channels * g->window;
    const WeightPath path = {rows, d->ow, d->stride, d->stride * g->row};
    for (ptrdiff_t o = 0, vecs; o < outs; o += vecs * lanes) {
        vecs = smaller(WEIGHT_VECS, divide_up(outs - o, lanes));
        for (ptrdiff_t k = 0; k < last; k += g->tile->rows) {
            const real *at[WEIGHT_MOST_ROWS];
            for (ptrdiff_t r = 0; r < g->tile->rows; r++) {
                const ptrdiff_t q = smaller(k + r, last - 1), tap = q % g->window;
                at[r] = x + q / g->window * g->plane + tap / d->kw * g->row + tap % d->kw;
            }
            g->tile->product(&path, at, panels + o / lanes * g->panel, g->panel, vecs,
                             sums + o * g->weights + k * vecs * lanes);
        }
    }
}

/* Band number `unit` of all pictures, for output channels from o and inputs from c on. */
static void add_band(const Weights *g, const real *x, const real *dy, ptrdiff_t unit,
                     ptrdiff_t o, ptrdiff_t c, real *own, real *sums) {
    const ConvDims *d = g->d;
    const ptrdiff_t n = unit / g->bands, first = unit % g->bands * g->height;
    const ptrdiff_t rows = smaller(g->height, d->oh - first);
    const ptrdiff_t outs = smaller(BLOCK, d->o - o), channels = smaller(BLOCK, d->c - c);
    const ptrdiff_t size = (ptrdiff_t)d->oh * d->ow;
    real *panels = own + g->rows_size;
    for (ptrdiff_t k = 0; k < channels; k++)
        copy_rows(g, x + (n * d->c + c + k) * d->h * d->w, first * d->stride - d->pad,
                  (rows - 1) * d->stride + d->kh, own + k * g->plane);
    g->fma->pack(dy + (n * d->o + o) * size + first * d->ow, size, 1, outs,
                 g->tile->lanes, rows * d->ow, panels, g->panel);
    multiply(g, rows, outs, channels, own, panels, sums);
}

static void run_task(const Weights *g, const real *x, const real *dy, ptrdiff_t task,
                     real *own, real *sums) {
    const ptrdiff_t blocks = g->out_blocks * g->in_blocks, units = g->d->n * g->bands;
    const ptrdiff_t piece = task / blocks, block = task % blocks;
    memset(sums, 0, (size_t)g->sums_size * sizeof(real));
    for (ptrdiff_t u = units * piece / g->pieces; u < units * (piece + 1) / g->pieces;
         u++)
        add_band(g, x, dy, u, block / g->in_blocks * BLOCK, block % g->in_blocks * BLOCK,
                 own, sums);
}

/* All weights of one output channel: the sums of the pieces, in order. */
static void collect(const Weights *g, ptrdiff_t o, const real *sums, real *dw) {
    const ptrdiff_t lanes = g->tile->lanes, next = g->out_blocks * g->in_blocks;
    const ptrdiff_t outs = smaller(BLOCK, g->d->o - o / BLOCK * BLOCK), place = o % BLOCK;
    const ptrdiff_t pair = place / (WEIGHT_VECS * lanes) * WEIGHT_VECS;
    const ptrdiff_t vecs = smaller(WEIGHT_VECS, divide_up(outs, lanes) - pair);
    for (ptrdiff_t b = 0; b < g->in_blocks; b++) {
        const ptrdiff_t count = smaller(BLOCK, g->d->c - b * BLOCK) * g->window;
        const real *from = sums + (o / BLOCK * g->in_blocks + b) * g->sums_size +
                           pair * lanes * g->weights + place - pair * lanes;
        real *to = dw + (o * g->d->c + b * BLOCK) * g->window;
        for (ptrdiff_t k = 0; k < count; k++) {
            real sum = 0;
            for (ptrdiff_t i = 0; i < g->pieces; i++)
                sum += from[i * next * g->sums_size + k * vecs * lanes];
            to[k] += sum;
        }
    }
}

static int best_version(void) {
    int i = 0;
    while (fma_tile(i + 1))
        i++;
    return i;
}

size_t fast_weight_scratch(const ConvDims *d) {
    size_t most = 0;
    for (int i = 0; fma_tile(i); i++) {
        const Weights g = cut(d, i);
        ptrdiff_t own = threads_count() * (g.rows_size + g.panels_size);
        size_t bytes = (size_t)(all_sums(&g) + own) * sizeof(real);
        if (bytes > most) most = bytes;
    }
    return most;
}

void fast_weight_by(int i, const ConvDims *d, const real *x, const real *dy, real *dw,
                    void *scratch) {
    const Weights g = cut(d, i);
    real *sums = scratch, *own = sums + all_sums(&g);
    const ptrdiff_t own_size = g.rows_size + g.panels_size;
    const int threads =
        threads_for((double)d->n * d->o * d->oh * d->ow * d->c * (double)g.window);
#pragma omp parallel num_threads(threads)
    {
#pragma omp for schedule(dynamic)
        for (ptrdiff_t task = 0; task < tasks_of(&g); task++)
            run_task(&g, x, dy, task, own + omp_get_thread_num() * own_size,
                     sums + task * g.sums_size);
#pragma omp for schedule(static)
        for (ptrdiff_t o = 0; o < d->o; o++)
            collect(&g, o, sums, dw);
    }
}

void fast_weight(const ConvDims *d, const real *x, const real *dy, real *dw,
                 void *scratch) {
    fast_weight_by(best_version(), d, x, dy, dw, scratch);
}
