/* dw[o,c,u,v] = sum over n,i,j of dy[n,o,i,j] x[n,c, i s + u - p, j s + v - p], as it
 * stands. A unit is a band: a few rows of positions (i, j) of one picture. Of each band
 *
 *     rows    (c, height, width)             x with its padding around it
 *     panels  (o / lanes, positions, lanes)  dy turned, channels side by side
 *
 * are made, and the tile (simd/weight.h) takes two panels by a few weights k = (c, u, v)
 * after the other. */
#include <string.h>

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/fast/weight_block.h"

#define POSITIONS 256 /* of a band, unless a single row has more */

typedef struct Bands {
    ptrdiff_t height, count; /* rows of a band; bands in a picture */
    ptrdiff_t row, plane;    /* numbers of x in a row, a channel */
    ptrdiff_t panel;         /* from one to the next, with a line to spare: powers
                                of two would compete for the same cache lines */
    ptrdiff_t rows_size, panels_size; /* numbers */
} Bands;

static Bands cut(const ConvDims *d, ptrdiff_t lanes) {
    Bands g = {.count = divide_up((ptrdiff_t)d->oh * d->ow, POSITIONS)};
    g.height = divide_up(d->oh, smaller(d->oh, g.count));
    g.count = divide_up(d->oh, g.height);
    g.row = (ptrdiff_t)(d->ow - 1) * d->stride + d->kw;
    g.plane = ((g.height - 1) * d->stride + d->kh) * g.row;
    g.panel = (g.height * d->ow + 1) * lanes;
    g.rows_size = round_up(smaller(d->c, WEIGHT_BLOCK) * g.plane, FMA_MOST_LANES);
    g.panels_size = divide_up(smaller(d->o, WEIGHT_BLOCK), lanes) * g.panel;
    return g;
}

static ptrdiff_t units(const ConvDims *d) {
    return d->n * cut(d, 1).count;
}

static ptrdiff_t scratch_of(const ConvDims *d, ptrdiff_t lanes) {
    const Bands g = cut(d, lanes);
    return g.rows_size + g.panels_size;
}

/* Rows of one channel from `top` on (which may lie above the picture), zeros outside. */
static void copy_rows(const ConvDims *d, ptrdiff_t row, const real *x, ptrdiff_t top,
                      ptrdiff_t rows, real *to) {
    const ptrdiff_t known = smaller(d->w, row - d->pad);
    for (ptrdiff_t i = top; i < top + rows; i++, to += row) {
        if (i < 0 || i >= d->h || known <= 0) {
            memset(to, 0, (size_t)row * sizeof(real));
            continue;
        }
        memset(to, 0, (size_t)d->pad * sizeof(real));
        memcpy(to + d->pad, x + i * d->w, (size_t)known * sizeof(real));
        memset(to + d->pad + known, 0, (size_t)(row - d->pad - known) * sizeof(real));
    }
}

/* The products of all weights of a block with a band of so many rows. */
static void multiply(const WeightBlock *b, const Bands *g, ptrdiff_t rows, const real *x,
                     const real *panels, real *sums) {
    const ConvDims *d = b->d;
    const ptrdiff_t lanes = b->tile->lanes, window = (ptrdiff_t)d->kh * d->kw;
    const ptrdiff_t last = b->channels * window - 1;
    const WeightPath path = {rows, d->ow, d->stride, d->stride * g->row};
    for (ptrdiff_t o = 0, vecs; o < b->outs; o += vecs * lanes) {
        vecs = smaller(WEIGHT_VECS, divide_up(b->outs - o, lanes));
        for (ptrdiff_t k = 0; k <= last; k += b->tile->rows) {
            const real *at[FMA_MOST_ROWS];
            for (ptrdiff_t r = 0; r < b->tile->rows; r++) {
                const ptrdiff_t q = smaller(k + r, last), tap = q % window;
                at[r] = x + q / window * g->plane + tap / d->kw * g->row + tap % d->kw;
            }
            b->tile->product(&path, at, panels + o / lanes * g->panel, g->panel, vecs,
                             sums + o * b->weights + k * vecs * lanes);
        }
    }
}

static void add_band(const WeightBlock *b, const Bands *g, ptrdiff_t unit, real *scratch,
                     real *sums) {
    const ConvDims *d = b->d;
    const ptrdiff_t n = unit / g->count, first = unit % g->count * g->height;
    const ptrdiff_t rows = smaller(g->height, d->oh - first);
    const ptrdiff_t size = (ptrdiff_t)d->oh * d->ow;
    real *panels = scratch + g->rows_size;
    for (ptrdiff_t k = 0; k < b->channels; k++)
        copy_rows(d, g->row, b->x + (n * d->c + b->c + k) * d->h * d->w,
                  first * d->stride - d->pad, (rows - 1) * d->stride + d->kh,
                  scratch + k * g->plane);
    b->fma->pack(b->dy + (n * d->o + b->o) * size + first * d->ow, size, 1, b->outs,
                 b->tile->lanes, rows * d->ow, panels, g->panel);
    multiply(b, g, rows, scratch, panels, sums);
}

static void run(const WeightBlock *b, ptrdiff_t first, ptrdiff_t end, real *scratch,
                real *sums) {
    const Bands g = cut(b->d, b->tile->lanes);
    const ptrdiff_t size = round_up(b->outs, b->tile->lanes) * b->weights;
    memset(sums, 0, (size_t)size * sizeof(real));
    for (ptrdiff_t unit = first; unit < end; unit++)
        add_band(b, &g, unit, scratch, sums);
}

const WeightWay weight_bands = {units, scratch_of, run};
