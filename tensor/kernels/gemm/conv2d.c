/* Convolution as a matrix product, piece by piece.
 *
 *     forward            y  (o, oh ow)   = b + w (o, c kh kw) columns(x)
 *     backward, data     dx (c, h w)    += w' (c, o kh kw)    columns'(dy)
 *     backward, weight   dw (o, c kh kw) += dy (o, oh ow)     columns(x)^T
 *
 * Forward and data are cut into bands: ranges of positions whose columns fill about a
 * second-level cache. The weights are cut into strips: ranges of c kh kw, for which all
 * positions pass by in order. A thread takes whole bands or strips and has its own piece
 * of scratch, so none waits for another before the end. w' is w with its first two sides
 * exchanged, columns' the transposed reading of columns.h.
 *
 * kernels_fast goes the same way forward and to the weight, with a product of its own:
 * it calls the functions that take the product of one block as an argument. */
#include <string.h>

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/columns.h"
#include "tensor/kernels/fast/fast.h"
#include "tensor/kernels/gemm/block.h"

#define BAND_BYTES (1 << 20)
#define BAND_MOST 256  /* positions: enough to use each weight that is fetched well */
#define STRIP_MOST 128 /* rows of columns(x): with GEMM_DEPTH positions, 128 KiB */

/* A range cut into `count` pieces of `width`, the last one maybe smaller. */
typedef struct Pieces {
    ptrdiff_t size, width, count;
} Pieces;

/* Pieces of at most about `most`. Their number is a multiple of the number of threads, so
 * that none is left to work alone on the last piece. */
static Pieces cut(ptrdiff_t size, ptrdiff_t most) {
    ptrdiff_t count = divide_up(size, most > 0 ? most : 1), threads = threads_count();
    count = divide_up(count, threads) * threads;
    ptrdiff_t width = divide_up(divide_up(size, count), TILE_COLUMNS) * TILE_COLUMNS;
    return (Pieces){size, width, divide_up(size, width)};
}

/* Bands of a column matrix with so many rows and positions. */
static Pieces cut_bands(ptrdiff_t rows, ptrdiff_t positions) {
    ptrdiff_t fit = BAND_BYTES / (rows * (ptrdiff_t)sizeof(real));
    return cut(positions, smaller(BAND_MOST, fit));
}

static ptrdiff_t forward_rows(const ConvDims *d) {
    return (ptrdiff_t)d->c * d->kh * d->kw;
}

static ptrdiff_t backward_rows(const ConvDims *d) {
    return (ptrdiff_t)d->o * d->kh * d->kw;
}

static Pieces forward_bands(const ConvDims *d) {
    return cut_bands(forward_rows(d), (ptrdiff_t)d->oh * d->ow);
}

static Pieces backward_bands(const ConvDims *d) {
    return cut_bands(backward_rows(d), (ptrdiff_t)d->h * d->w);
}

static Pieces weight_strips(const ConvDims *d) {
    return cut(forward_rows(d), STRIP_MOST);
}

/* The largest of the three wants: the columns of a band, the same beside w', the columns
 * of a strip, each times the number of threads. */
size_t gemm_conv2d_scratch(const ConvDims *d) {
    ptrdiff_t threads = threads_count(), weights = d->o * forward_rows(d);
    ptrdiff_t most[] = {
        threads * forward_rows(d) * forward_bands(d).width,
        threads * backward_rows(d) * backward_bands(d).width + weights,
        threads * weight_strips(d).width * GEMM_DEPTH,
    };
    for (int i = 1; i < 3; i++)
        if (most[i] > most[0]) most[0] = most[i];
    return (size_t)most[0] * sizeof(real);
}

static int conv_threads(const ConvDims *d) {
    return threads_for((double)d->n * d->o * d->oh * d->ow * (double)forward_rows(d));
}

static Unfold unfold_input(const ConvDims *d, const real *x, int n) {
    return (Unfold){x + (ptrdiff_t)n * d->c * d->h * d->w,
                    d->h,
                    d->w,
                    d->kh,
                    d->kw,
                    d->ow,
                    d->stride,
                    d->pad,
                    false};
}

static Unfold unfold_gradient(const ConvDims *d, const real *dy, int n) {
    return (Unfold){dy + (ptrdiff_t)n * d->o * d->oh * d->ow,
                    d->oh,
                    d->ow,
                    d->kh,
                    d->kw,
                    d->w,
                    d->stride,
                    d->pad,
                    true};
}

/* The product of kernels_gemm. */
static void multiply_in_order(const Product *p) {
    for (ptrdiff_t i = 0; !p->add && i < p->m; i++) {
        const real bias = p->bias ? p->bias[i] : 0;
        for (ptrdiff_t j = 0; j < p->n; j++)
            p->c[i * p->ldc + j] = bias;
    }
    gemm_block(p->m, p->n, p->k, p->a, p->b, p->c, p->ldc);
}

/* p->c (m, all positions) = or += p->a (m, rows) columns, for the positions
 * first .. first + count. */
static void multiply_band(const Unfold *f, const Pieces *bands, ptrdiff_t first,
                          Product p, real *columns, MultiplyBlock multiply) {
    p.n = smaller(bands->width, bands->size - first);
    for (ptrdiff_t k = 0; k < p.k; k++)
        unfold_row(f, k, first, p.n, columns + k * bands->width);
    p.a = (Operand){p.a.data, p.k, 1};
    p.b = (Operand){columns, bands->width, 1};
    p.c += first, p.ldc = bands->size;
    multiply(&p);
}

void columns_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                     real *y, void *scratch, MultiplyBlock multiply) {
    const ptrdiff_t rows = forward_rows(d);
    const Pieces bands = forward_bands(d);
#pragma omp parallel for schedule(dynamic) num_threads(conv_threads(d))
    for (ptrdiff_t task = 0; task < d->n * bands.count; task++) {
        int n = (int)(task / bands.count);
        ptrdiff_t first = task % bands.count * bands.width;
        real *columns = (real *)scratch + thread_number() * rows * bands.width;
        Unfold f = unfold_input(d, x, n);
        Product p = {.m = d->o, .k = rows, .a.data = w, .bias = b};
        p.c = y + n * d->o * bands.size;
        multiply_band(&f, &bands, first, p, columns, multiply);
    }
}

/* w'[c, o, u, v] = w[o, c, u, v] */
static void exchange_sides(const ConvDims *d, const real *w, real *exchanged) {
    const ptrdiff_t window = (ptrdiff_t)d->kh * d->kw;
#pragma omp parallel for num_threads(conv_threads(d))
    for (int c = 0; c < d->c; c++)
        for (int o = 0; o < d->o; o++)
            memcpy(exchanged + ((ptrdiff_t)c * d->o + o) * window,
                   w + ((ptrdiff_t)o * d->c + c) * window, (size_t)window * sizeof(real));
}

void gemm_conv2d_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                               bool add, void *scratch) {
    const ptrdiff_t rows = backward_rows(d);
    const Pieces bands = backward_bands(d);
    real *exchanged = scratch, *all_columns = exchanged + d->c * rows;
    exchange_sides(d, w, exchanged);
#pragma omp parallel for schedule(dynamic) num_threads(conv_threads(d))
    for (ptrdiff_t task = 0; task < d->n * bands.count; task++) {
        int n = (int)(task / bands.count);
        ptrdiff_t first = task % bands.count * bands.width;
        real *columns = all_columns + thread_number() * rows * bands.width;
        Unfold f = unfold_gradient(d, dy, n);
        Product p = {.m = d->c, .k = rows, .a.data = exchanged, .add = add};
        p.c = dx + n * d->c * bands.size;
        multiply_band(&f, &bands, first, p, columns, multiply_in_order);
    }
}

/* dw[all o, rows first .. first + count] += dy columns(x)^T over all pictures. */
static void weight_strip(const ConvDims *d, const real *x, const real *dy, real *dw,
                         ptrdiff_t first, ptrdiff_t count, real *columns) {
    const ptrdiff_t rows = forward_rows(d), positions = (ptrdiff_t)d->oh * d->ow;
    for (int n = 0; n < d->n; n++) {
        Unfold f = unfold_input(d, x, n);
        for (ptrdiff_t q = 0; q < positions; q += GEMM_DEPTH) {
            ptrdiff_t depth = smaller(GEMM_DEPTH, positions - q);
            for (ptrdiff_t k = 0; k < count; k++)
                unfold_row(&f, first + k, q, depth, columns + k * GEMM_DEPTH);
            Product p = {.m = d->o, .n = count, .k = depth, .ldc = rows, .add = true};
            p.a = (Operand){dy + n * d->o * positions + q, positions, 1};
            p.b = (Operand){columns, 1, GEMM_DEPTH};
            p.c = dw + first;
            multiply_in_order(&p);
        }
    }
}

void gemm_conv2d_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                         real *y, void *scratch) {
    columns_forward(d, x, w, b, y, scratch, multiply_in_order);
}

void gemm_conv2d_backward_weight(const ConvDims *d, const real *x, const real *dy,
                                 real *dw, void *scratch) {
    const Pieces strips = weight_strips(d);
#pragma omp parallel for schedule(dynamic) num_threads(conv_threads(d))
    for (ptrdiff_t strip = 0; strip < strips.count; strip++) {
        ptrdiff_t first = strip * strips.width;
        real *columns = (real *)scratch + thread_number() * strips.width * GEMM_DEPTH;
        weight_strip(d, x, dy, dw, first, smaller(strips.width, strips.size - first),
                     columns);
    }
}
