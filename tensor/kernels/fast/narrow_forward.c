/* Forward: a band of rows of all input channels becomes lines. From these, a few output
 * channels at a time are computed into a buffer that stays in the cache, and are copied
 * from there to y, optionally through a ReLU.
 *
 *     x (c, h, w) --> lines [c][phase][row][width] --sum--> out [rows][position] --> y
 *                                                 w [o / rows][tap][rows]
 *
 * Each output is one sum in the order c, u, v, on one thread. */
#include <string.h>

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/cache.h"
#include "tensor/kernels/fast/narrow.h"
#include "tensor/kernels/fast/narrow_lines.h"
#include "tensor/kernels/kernels.h"
#include "tensor/kernels/relu_signs.h"
#include "tensor/kernels/simd/code.h"
#include "tensor/threads.h"

/* How one convolution is cut. */
typedef struct Forward {
    const ConvDims *d;
    const NarrowCode *code;
    NarrowBands bands;
    ptrdiff_t taps, blocks; /* c kh kw; of output channels, `rows` each */
    ptrdiff_t width, below; /* of a line; rows of a window below its first */
    ptrdiff_t line;         /* elements in one line */
    bool add;               /* to what y holds */
    ptrdiff_t offset[NARROW_TERMS];
} Forward;

/* Of a band. All output channels read the lines, which are in the second-level cache
 * when they do not fit into the first. */
static ptrdiff_t positions_of(const ConvDims *d) {
    const ptrdiff_t lines = (ptrdiff_t)d->c * d->stride * d->stride;
    return min_of(cache_blocks()->narrow_forward, cache_blocks()->scatter / 2 / lines);
}

static Forward plan(const ConvDims *d) {
    Forward f = {.d = d, .code = simd_best()->narrow};
    f.taps = (ptrdiff_t)d->c * d->kh * d->kw;
    f.blocks = ceil_div(d->o, f.code->rows);
    f.width = d->ow + (d->kw - 1) / d->stride;
    f.below = (d->kh - 1) / d->stride;
    f.bands = narrow_bands(d->oh, f.width, positions_of(d), 2);
    f.line = (f.bands.height + f.below) * f.width;
    ptrdiff_t *at = f.offset;
    for (ptrdiff_t c = 0; c < d->c; c++)
        for (ptrdiff_t u = 0; u < d->kh; u++)
            for (ptrdiff_t v = 0; v < d->kw; v++) {
                const ptrdiff_t s = d->stride, phase = u % s * s + v % s;
                *at++ = (c * s * s + phase) * f.line + u / s * f.width + v / s;
            }
    return f;
}

/* Elements of all weights and biases; of the lines and the outputs of one thread. */
static ptrdiff_t weights_size(const Forward *f) {
    return f->blocks * f->code->rows * (f->taps + 1);
}

static ptrdiff_t lines_size(const Forward *f) {
    return f->d->c * f->d->stride * f->d->stride * f->line + NARROW_SLACK;
}

static ptrdiff_t out_step(const Forward *f) {
    return f->bands.height * f->width + NARROW_SLACK;
}

static ptrdiff_t thread_size(const Forward *f) {
    return lines_size(f) + f->code->rows * out_step(f);
}

size_t narrow_forward_workspace(const ConvDims *d) {
    const Forward f = plan(d);
    return (size_t)(weights_size(&f) + threads_count() * thread_size(&f)) * sizeof(real);
}

/* For each block its biases, then its weights; 0 beyond the last output channel. */
static void pack_weights(const Forward *f, const real *w, const real *b, real *to) {
    const int rows = f->code->rows;
    for (ptrdiff_t block = 0; block < f->blocks; block++)
        for (ptrdiff_t k = -1; k < f->taps; k++)
            for (ptrdiff_t o = block * rows; o < (block + 1) * rows; o++, to++) {
                *to = 0;
                if (o < f->d->o && k >= 0) *to = w[o * f->taps + k];
                if (o < f->d->o && k < 0 && b) *to = b[o];
            }
}

static void read_lines(const Forward *f, const real *x, ptrdiff_t first, real *lines) {
    const ConvDims *d = f->d;
    const ptrdiff_t s = d->stride, pad = d->pad;
    for (ptrdiff_t c = 0; c < d->c; c++)
        for (ptrdiff_t phase = 0; phase < s * s; phase++, lines += f->line)
            narrow_line(x + c * d->h * d->w, d->h, d->w, s * first + phase / s - pad,
                        phase % s - pad, s, f->bands.height + f->below, f->width, lines);
}

static void add_plane(const Forward *f, const real *out, ptrdiff_t first, ptrdiff_t end,
                      real *y) {
    const ptrdiff_t ow = f->d->ow;
    for (ptrdiff_t i = first; i < end; i++, out += f->width)
        for (ptrdiff_t j = 0; j < ow; j++)
            y[i * ow + j] += out[j];
}

/* Rows first .. end of one channel. */
static void write_plane(const Forward *f, const real *out, ptrdiff_t first, ptrdiff_t end,
                        real *y, uint8_t *signs) {
    const ptrdiff_t ow = f->d->ow;
    if (f->add) {
        add_plane(f, out, first, end, y);
        return;
    }
    for (ptrdiff_t i = first; i < end; i += 2, out += 2 * f->width) {
        real *top = y + i * ow, *bottom = i + 1 < end ? top + ow : NULL;
        if (signs) {
            f->code->relu(ow, out, out + f->width, top, bottom,
                          signs + i / 2 * relu_signs_across(ow));
        } else {
            memcpy(top, out, (size_t)ow * sizeof(real));
            if (bottom) memcpy(bottom, out + f->width, (size_t)ow * sizeof(real));
        }
    }
}

/* Rows first .. end of the channels from o on. */
static NarrowPrefetch rows_of_y(const Forward *f, const real *y, ptrdiff_t o,
                                ptrdiff_t first, ptrdiff_t end) {
    const ConvDims *d = f->d;
    if (o >= d->o) return (NarrowPrefetch){0};
    return (NarrowPrefetch){.from = y + (o * d->oh + first) * d->ow,
                            .planes = min_of(f->code->rows, d->o - o),
                            .size = (end - first) * d->ow,
                            .step = (ptrdiff_t)d->oh * d->ow,
                            .write = true};
}

/* Rows first .. end of all output channels of an image. */
static void make_band(const Forward *f, const real *x, const real *weights,
                      ptrdiff_t first, ptrdiff_t end, real *y, uint8_t *signs,
                      real *per_thread) {
    const ptrdiff_t rows = f->code->rows, step = out_step(f);
    const ptrdiff_t plane = (ptrdiff_t)f->d->oh * f->d->ow;
    const ptrdiff_t bits = (ptrdiff_t)relu_signs_size(1, f->d->oh, f->d->ow);
    real *out = per_thread + lines_size(f);
    read_lines(f, x, first, per_thread);
    for (ptrdiff_t block = 0; block < f->blocks; block++) {
        const real *start = weights + block * rows * (f->taps + 1);
        const NarrowPrefetch next = rows_of_y(f, y, (block + 1) * rows, first, end);
        f->code->sum((int)rows, f->taps, start + rows, f->offset, per_thread,
                     (end - first) * f->width, start, out, step, &next);
        for (ptrdiff_t r = 0; r < rows && block * rows + r < f->d->o; r++) {
            const ptrdiff_t o = block * rows + r;
            write_plane(f, out + r * step, first, end, y + o * plane,
                        signs ? signs + o * bits : NULL);
        }
    }
}

static void convolve(const Forward *f, const real *x, const real *w, const real *b,
                     real *y, uint8_t *signs, void *workspace) {
    const ConvDims *d = f->d;
    const ptrdiff_t in = (ptrdiff_t)d->c * d->h * d->w;
    const ptrdiff_t out = (ptrdiff_t)d->o * d->oh * d->ow;
    const ptrdiff_t bits = (ptrdiff_t)relu_signs_size(d->o, d->oh, d->ow);
    real *weights = workspace;
    pack_weights(f, w, b, weights);
    const int threads = threads_for((double)d->n * (double)out * (double)f->taps);
#pragma omp parallel for schedule(static) num_threads(threads)
    for (ptrdiff_t task = 0; task < d->n * f->bands.count; task++) {
        const ptrdiff_t n = task / f->bands.count;
        const ptrdiff_t first = task % f->bands.count * f->bands.height;
        make_band(f, x + n * in, weights, first, min_of(first + f->bands.height, d->oh),
                  y + n * out, signs ? signs + n * bits : NULL,
                  weights + weights_size(f) + thread_number() * thread_size(f));
    }
}

void narrow_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                    real *y, uint8_t *signs, void *workspace) {
    const Forward f = plan(d);
    convolve(&f, x, w, b, y, signs, workspace);
}

void narrow_forward_data(const ConvDims *d, const real *x, const real *w, real *y,
                         bool add, void *workspace) {
    Forward f = plan(d);
    f.add = add;
    convolve(&f, x, w, NULL, y, NULL, workspace);
}
