/* The gradient with respect to the image: dx is a convolution of dy with the windows
 * rotated by 180 degrees. Each loaded element of dy is used for a few channels of dx, as
 * many as simd/narrow.h has registers for.
 *
 *     dy (o, oh, ow)
 *       | a band of rows of a few output channels; the next ones are prefetched
 *       v
 *     lines [group][row][width]   w [o / group][phase][c / rows][group][tap of phase][rows]
 *       | sum
 *       v
 *     sums [phase][c][position]     the same band of dx; then the next group
 *       | interleave the phases
 *       v
 *     dx (c, h, w)
 *
 * With stride s, every s-th row and column of dx is a phase, which reads dy with stride
 * 1: i' + p = s t + a, so tap u = s q + a connects row t of phase a to row t - q of dy.
 * Each element of dx is a sum in the order o, u, v, on one thread. */
#include <string.h>

#include "tensor/check.h"
#include "tensor/kernels/blocks.h"
#include "tensor/kernels/cache.h"
#include "tensor/kernels/fast/narrow.h"
#include "tensor/kernels/fast/narrow_lines.h"
#include "tensor/kernels/kernels.h"
#include "tensor/kernels/simd/code.h"
#include "tensor/threads.h"

#define MAX_GROUP 16 /* output channels in a group; */
#define TERMS 36     /* as many channels as give a sum about this number of terms */
#define PHASES 4
#define SUM_PLANES 16 /* this many times `narrow_backward` sums fit into the cache */
/* A bound: TERMS, and one window, because the size of a group is rounded up. */
#define SUM_TERMS (TERMS + NARROW_TAPS)

/* How one convolution is cut. */
typedef struct Backward {
    const ConvDims *d;
    const NarrowCode *code;
    ptrdiff_t group;         /* output channels that are summed at once */
    ptrdiff_t above, before; /* rows and columns of dy that a window reaches back */
    ptrdiff_t top, left;    /* t, and the same for columns, at the first position of dx */
    ptrdiff_t width, line;  /* of a line; elements in it */
    ptrdiff_t step;         /* from one plane of sums to the next */
    NarrowBands bands;      /* of t */
    ptrdiff_t taps[PHASES]; /* of a window that belong to the phase */
    ptrdiff_t offset[PHASES][SUM_TERMS];
} Backward;

/* The offset in the lines of every term, and the number of taps of each phase. */
static void plan_taps(Backward *g) {
    const ptrdiff_t s = g->d->stride;
    for (ptrdiff_t o = 0; o < g->group; o++)
        for (ptrdiff_t phase = 0; phase < s * s; phase++) {
            ptrdiff_t count = 0;
            for (ptrdiff_t u = phase / s; u < g->d->kh; u += s)
                for (ptrdiff_t v = phase % s; v < g->d->kw; v += s, count++)
                    g->offset[phase][o * g->taps[phase] + count] =
                        o * g->line + (g->above - u / s) * g->width + g->before - v / s;
            g->taps[phase] = count;
            CHECK(g->group * count <= SUM_TERMS, "narrow: %td terms", g->group * count);
        }
}

/* Of a band. The sums of all phases and channels should stay in the second-level cache. */
static ptrdiff_t positions_of(const ConvDims *d) {
    const ptrdiff_t most = cache_blocks()->narrow_backward;
    return min_of(most, SUM_PLANES * most / (d->c * d->stride * d->stride));
}

/* How many of `left` channels of dx are summed at once: `rows`, or what simd/narrow.h has
 * for fewer. */
static ptrdiff_t outs_of(const Backward *g, ptrdiff_t left) {
    return left >= g->code->rows ? g->code->rows : min_of(left, 4);
}

static void plan(Backward *g, const ConvDims *d) {
    const ptrdiff_t s = d->stride;
    *g = (Backward){.d = d, .code = simd_best()->narrow};
    g->group = min_of(MAX_GROUP, ceil_div(TERMS * s * s, (ptrdiff_t)d->kh * d->kw));
    g->above = (d->kh - 1) / s, g->before = (d->kw - 1) / s;
    g->top = g->left = d->pad / s;
    const ptrdiff_t rows = (d->h - 1 + d->pad) / s - g->top + 1;
    const ptrdiff_t columns = (d->w - 1 + d->pad) / s - g->left + 1;
    g->width = columns + g->before;
    g->bands = narrow_bands(rows, g->width, positions_of(d), 2 * d->kh);
    g->line = (g->bands.height + g->above) * g->width;
    g->step = g->bands.height * g->width + NARROW_SLACK;
    plan_taps(g);
}

static ptrdiff_t weights_size(const ConvDims *d) {
    return (ptrdiff_t)d->o * d->c * d->kh * d->kw;
}

static ptrdiff_t lines_size(const Backward *g) {
    return g->group * g->line + NARROW_SLACK;
}

static ptrdiff_t sums_size(const Backward *g) {
    return g->d->c * g->d->stride * g->d->stride * g->step;
}

static ptrdiff_t thread_size(const Backward *g) {
    return lines_size(g) + sums_size(g);
}

size_t narrow_backward_workspace(const ConvDims *d) {
    Backward g;
    plan(&g, d);
    return (size_t)(weights_size(d) + threads_count() * thread_size(&g)) * sizeof(real);
}

/* The weights of one phase and of the input channels c .. c + outs, for the output channels
 * first .. end; returns where they end. */
static real *pack_block(const ConvDims *d, ptrdiff_t phase, ptrdiff_t first,
                        ptrdiff_t end, ptrdiff_t c, ptrdiff_t outs, const real *w,
                        real *to) {
    const ptrdiff_t s = d->stride, window = (ptrdiff_t)d->kh * d->kw;
    for (ptrdiff_t o = first; o < end; o++)
        for (ptrdiff_t u = phase / s; u < d->kh; u += s)
            for (ptrdiff_t v = phase % s; v < d->kw; v += s)
                for (ptrdiff_t k = c; k < c + outs; k++)
                    *to++ = w[(o * d->c + k) * window + u * d->kw + v];
    return to;
}

/* The weights in the order in which the sums read them. */
static void pack_weights(const Backward *g, const real *w, real *to) {
    const ConvDims *d = g->d;
    for (ptrdiff_t first = 0; first < d->o; first += g->group)
        for (ptrdiff_t phase = 0; phase < (ptrdiff_t)d->stride * d->stride; phase++)
            for (ptrdiff_t c = 0, outs; c < d->c; c += outs) {
                outs = outs_of(g, d->c - c);
                to = pack_block(d, phase, first, min_of(first + g->group, d->o), c, outs,
                                w, to);
            }
}

/* The rows of dy at the rows t from `first` on, of the channels from o on. */
static NarrowPrefetch rows_of_dy(const Backward *g, const real *dy, ptrdiff_t o,
                                 ptrdiff_t first) {
    const ConvDims *d = g->d;
    const ptrdiff_t rows = min_of(g->bands.height, d->oh - first);
    if (o >= d->o || rows <= 0) return (NarrowPrefetch){0};
    return (NarrowPrefetch){.from = dy + (o * d->oh + first) * d->ow,
                            .planes = min_of(g->group, d->o - o),
                            .size = rows * d->ow,
                            .step = (ptrdiff_t)d->oh * d->ow};
}

/* The contributions of dy to the rows t of dx from `first` on. */
static void sum_band(const Backward *g, const real *dy, const real *weights,
                     ptrdiff_t first, real *lines, real *sums) {
    const ConvDims *d = g->d;
    const ptrdiff_t phases = (ptrdiff_t)d->stride * d->stride;
    memset(sums, 0, (size_t)sums_size(g) * sizeof(real));
    for (ptrdiff_t o = 0; o < d->o; o += g->group) {
        const ptrdiff_t count = min_of(g->group, d->o - o);
        for (ptrdiff_t i = 0; i < count; i++)
            narrow_line(dy + (o + i) * d->oh * d->ow, d->oh, d->ow, first - g->above,
                        g->left - g->before, 1, g->bands.height + g->above, g->width,
                        lines + i * g->line);
        NarrowPrefetch next = rows_of_dy(g, dy, o + g->group, first);
        for (ptrdiff_t phase = 0; phase < phases; phase++) {
            const ptrdiff_t terms = count * g->taps[phase];
            real *to = sums + phase * d->c * g->step;
            for (ptrdiff_t c = 0, outs; c < d->c; c += outs, next.planes = 0) {
                outs = outs_of(g, d->c - c);
                g->code->sum((int)outs, terms, weights, g->offset[phase], lines,
                             g->bands.height * g->width, NULL, to + c * g->step, g->step,
                             &next);
                weights += terms * outs;
            }
        }
    }
}

/* row[j] = or += sum[j] */
static void write_row(ptrdiff_t w, const real *sum, real *row, bool add) {
    if (add)
        for (ptrdiff_t j = 0; j < w; j++)
            row[j] += sum[j];
    else
        memcpy(row, sum, (size_t)w * sizeof(real));
}

/* The same of two phases of columns: with an odd padding the first column is of the
 * second one. */
static void write_two(const Backward *g, const real *first, const real *second, real *row,
                      bool add) {
    const ptrdiff_t odd = g->d->pad % 2, pairs = (g->d->w - odd) / 2;
    if (odd) write_row(1, second, row, add);
    first += odd, second += odd, row += odd;
    simd_best()->lines->alternate(first, second, pairs, row, add);
    if ((g->d->w - odd) % 2) write_row(1, first + pairs, row + 2 * pairs, add);
}

/* Interleaves the phases of the rows t from `first` on into dx. */
static void write_band(const Backward *g, const real *sums, ptrdiff_t first, real *dx,
                       bool add) {
    const ConvDims *d = g->d;
    const ptrdiff_t s = d->stride, pad = d->pad;
    const ptrdiff_t from = s * first - pad > 0 ? s * first - pad : 0;
    const ptrdiff_t end = min_of(s * (first + g->bands.height) - pad, d->h);
    for (ptrdiff_t c = 0; c < d->c; c++)
        for (ptrdiff_t i = from; i < end; i++) {
            const ptrdiff_t phase = (i + pad) % s * s;
            const real *sum = sums + (phase * d->c + c) * g->step +
                              ((i + pad) / s - first) * g->width + pad / s - g->left;
            real *row = dx + (c * d->h + i) * d->w;
            if (s == 1)
                write_row(d->w, sum, row, add);
            else
                write_two(g, sum, sum + d->c * g->step, row, add);
        }
}

void narrow_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                          bool add, void *workspace) {
    const ptrdiff_t in = (ptrdiff_t)d->c * d->h * d->w;
    const ptrdiff_t out = (ptrdiff_t)d->o * d->oh * d->ow;
    real *weights = workspace;
    Backward g;
    plan(&g, d);
    pack_weights(&g, w, weights);
    const int threads = threads_for((double)d->n * (double)out * d->c * d->kh * d->kw);
#pragma omp parallel for schedule(static) num_threads(threads)
    for (ptrdiff_t task = 0; task < d->n * g.bands.count; task++) {
        const ptrdiff_t n = task / g.bands.count;
        const ptrdiff_t first = g.top + task % g.bands.count * g.bands.height;
        real *lines = weights + weights_size(d) + thread_number() * thread_size(&g);
        real *sums = lines + lines_size(&g);
        sum_band(&g, dy + n * out, weights, first, lines, sums);
        write_band(&g, sums, first, dx + n * in, add);
    }
}
