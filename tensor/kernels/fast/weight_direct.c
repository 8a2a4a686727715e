/* dw[o,c,u,v] = sum over n,i,j of dy[n,o,i,j] x[n,c, i s + u - p, j s + v - p], summed
 * directly. A unit is a band: a few rows of positions (i, j) of one image. Each band is
 * packed into
 *
 *     rows    (c, height, width)             x with its padding
 *     panels  (o / lanes, positions, lanes)  dy transposed, channels side by side
 *
 * and the micro-kernel (simd/weight.h) computes MR weights k = (c, u, v) by two panels of
 * output channels at a time. */
#include <string.h>

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/fast/weight_block.h"

#define POSITIONS 256 /* of a band, unless a single row has more */

typedef struct WeightBands {
    ptrdiff_t height, count; /* rows of a band; bands in an image */
    ptrdiff_t row, plane;    /* elements of x in a row, a channel */
    ptrdiff_t panel;         /* from one to the next, and one row more: powers of two
                                would compete for the same cache lines */
    ptrdiff_t rows_size, panels_size; /* elements */
} WeightBands;

static WeightBands cut(const ConvDims *d, ptrdiff_t lanes) {
    WeightBands g = {.count = ceil_div((ptrdiff_t)d->oh * d->ow, POSITIONS)};
    g.height = ceil_div(d->oh, min_of(d->oh, g.count));
    g.count = ceil_div(d->oh, g.height);
    g.row = (ptrdiff_t)(d->ow - 1) * d->stride + d->kw;
    g.plane = ((g.height - 1) * d->stride + d->kh) * g.row;
    g.panel = (g.height * d->ow + 1) * lanes;
    g.rows_size = ceil_to(min_of(d->c, WEIGHT_BLOCK) * g.plane, FMA_MAX_LANES);
    g.panels_size = ceil_div(min_of(d->o, WEIGHT_BLOCK), lanes) * g.panel;
    return g;
}

static ptrdiff_t units(const ConvDims *d) {
    return d->n * cut(d, 1).count;
}

static ptrdiff_t workspace_of(const ConvDims *d, ptrdiff_t lanes) {
    const WeightBands g = cut(d, lanes);
    return g.rows_size + g.panels_size;
}

/* Rows of one channel from `top` on, which may be negative; zeros outside the image. */
static void copy_rows(const ConvDims *d, ptrdiff_t row, const real *x, ptrdiff_t top,
                      ptrdiff_t rows, real *to) {
    const ptrdiff_t inside = min_of(d->w, row - d->pad);
    for (ptrdiff_t i = top; i < top + rows; i++, to += row) {
        if (i < 0 || i >= d->h || inside <= 0) {
            memset(to, 0, (size_t)row * sizeof(real));
            continue;
        }
        memset(to, 0, (size_t)d->pad * sizeof(real));
        memcpy(to + d->pad, x + i * d->w, (size_t)inside * sizeof(real));
        memset(to + d->pad + inside, 0, (size_t)(row - d->pad - inside) * sizeof(real));
    }
}

/* Adds the contributions of a band of `rows` rows to all weights of a block. */
static void multiply(const WeightBlock *b, const WeightBands *g, ptrdiff_t rows,
                     const real *x, const real *panels, real *sums) {
    const ConvDims *d = b->d;
    const ptrdiff_t lanes = b->kernel->lanes, window = (ptrdiff_t)d->kh * d->kw;
    const ptrdiff_t last = b->channels * window - 1;
    const WeightPath path = {rows, d->ow, d->stride, d->stride * g->row};
    for (ptrdiff_t o = 0, vecs; o < b->outs; o += vecs * lanes) {
        vecs = min_of(WEIGHT_VECS, ceil_div(b->outs - o, lanes));
        for (ptrdiff_t k = 0; k <= last; k += b->kernel->rows) {
            const real *at[FMA_MAX_ROWS];
            for (ptrdiff_t r = 0; r < b->kernel->rows; r++) {
                const ptrdiff_t q = min_of(k + r, last), tap = q % window;
                at[r] = x + q / window * g->plane + tap / d->kw * g->row + tap % d->kw;
            }
            b->kernel->product(&path, at, panels + o / lanes * g->panel, g->panel, vecs,
                               sums + o * b->weights + k * vecs * lanes);
        }
    }
}

static void add_band(const WeightBlock *b, const WeightBands *g, ptrdiff_t unit,
                     real *workspace, real *sums) {
    const ConvDims *d = b->d;
    const ptrdiff_t n = unit / g->count, first = unit % g->count * g->height;
    const ptrdiff_t rows = min_of(g->height, d->oh - first);
    const ptrdiff_t size = (ptrdiff_t)d->oh * d->ow;
    real *panels = workspace + g->rows_size;
    for (ptrdiff_t k = 0; k < b->channels; k++)
        copy_rows(d, g->row, b->x + (n * d->c + b->c + k) * d->h * d->w,
                  first * d->stride - d->pad, (rows - 1) * d->stride + d->kh,
                  workspace + k * g->plane);
    b->fma->pack(b->dy + (n * d->o + b->o) * size + first * d->ow, size, 1, b->outs,
                 b->kernel->lanes, rows * d->ow, panels, g->panel);
    multiply(b, g, rows, workspace, panels, sums);
}

static void run(const WeightBlock *b, ptrdiff_t first, ptrdiff_t end, real *workspace,
                real *sums) {
    const WeightBands g = cut(b->d, b->kernel->lanes);
    const ptrdiff_t size = ceil_to(b->outs, b->kernel->lanes) * b->weights;
    memset(sums, 0, (size_t)size * sizeof(real));
    for (ptrdiff_t unit = first; unit < end; unit++)
        add_band(b, &g, unit, workspace, sums);
}

const WeightMethod weight_direct = {units, workspace_of, run};
