/* Convolution as a matrix product, band by band.
 *
 *     forward            y  (o, oh ow)   = b + w (o, c kh kw) columns(x)
 *     backward, data     dx (c, h w)    += w' (c, o kh kw)    columns'(dy)
 *     backward, weight   dw (o, c kh kw) += dy (o, oh ow)     columns(x)^T
 *
 * A band is a range of positions whose columns fill about a second-level cache. Forward
 * and data, each thread takes whole bands and its own piece of scratch; for the weights
 * every band adds to all of dw, so bands go one after the other and the threads share the
 * work inside. w' is w with its first two sides exchanged, columns' the transposed
 * reading of unfold.h. */
#include <string.h>

#include "tensor/gemm_block.h"
#include "tensor/kernels_gemm.h"
#include "tensor/unfold.h"

#ifdef _OPENMP
#include <omp.h>
#else
static int omp_get_thread_num(void) {
    return 0;
}
#endif

#define BAND_BYTES (1 << 20)
#define BAND_MOST 256 /* positions: enough to use each weight that is fetched well */

/* Bands of one picture: `count` of them, `width` positions each (fewer in the last). */
typedef struct Bands {
    ptrdiff_t positions, width, count;
} Bands;

static ptrdiff_t divide_up(ptrdiff_t a, ptrdiff_t b) {
    return (a + b - 1) / b;
}

/* Bands for a column matrix of `rows` rows. Their number is a multiple of the number of
 * threads, so that none waits for the last band. */
static Bands bands_of(ptrdiff_t rows, ptrdiff_t positions) {
    ptrdiff_t most = smaller(BAND_MOST, BAND_BYTES / (rows * (ptrdiff_t)sizeof(real)));
    ptrdiff_t threads = threads_count(), count = positions;
    if (most > 1) count = divide_up(positions, most);
    count = divide_up(count, threads) * threads;
    ptrdiff_t width = divide_up(divide_up(positions, count), TILE_COLUMNS) * TILE_COLUMNS;
    return (Bands){positions, width, divide_up(positions, width)};
}

static ptrdiff_t forward_rows(const ConvDims *d) {
    return (ptrdiff_t)d->c * d->kh * d->kw;
}

static ptrdiff_t backward_rows(const ConvDims *d) {
    return (ptrdiff_t)d->o * d->kh * d->kw;
}

static Bands forward_bands(const ConvDims *d) {
    return bands_of(forward_rows(d), (ptrdiff_t)d->oh * d->ow);
}

static Bands backward_bands(const ConvDims *d) {
    return bands_of(backward_rows(d), (ptrdiff_t)d->h * d->w);
}

/* Forward and weights want one band of columns per thread; data wants the same of its own
 * bands, and w'. */
size_t fast_conv2d_scratch(const ConvDims *d) {
    ptrdiff_t forward = threads_count() * forward_rows(d) * forward_bands(d).width;
    ptrdiff_t backward = threads_count() * backward_rows(d) * backward_bands(d).width;
    ptrdiff_t weights = d->o * forward_rows(d);
    ptrdiff_t most = forward > backward + weights ? forward : backward + weights;
    return (size_t)most * sizeof(real);
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

/* c (m, all positions) += a (m, rows) columns, for the positions first .. first + count.
 */
static void multiply_band(const Unfold *f, const Bands *bands, ptrdiff_t rows,
                          ptrdiff_t first, ptrdiff_t m, const real *a, real *c,
                          real *columns) {
    ptrdiff_t count = smaller(bands->width, bands->positions - first);
    for (ptrdiff_t k = 0; k < rows; k++)
        unfold_row(f, k, first, count, columns + k * bands->width);
    gemm_block(m, count, rows, (Operand){a, rows, 1}, (Operand){columns, bands->width, 1},
               c + first, bands->positions);
}

void fast_conv2d_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                         real *y, void *scratch) {
    const ptrdiff_t rows = forward_rows(d);
    const Bands bands = forward_bands(d);
#pragma omp parallel for schedule(dynamic) num_threads(conv_threads(d))
    for (ptrdiff_t task = 0; task < d->n * bands.count; task++) {
        int n = (int)(task / bands.count);
        ptrdiff_t first = task % bands.count * bands.width;
        ptrdiff_t end = smaller(first + bands.width, bands.positions);
        real *columns = (real *)scratch + omp_get_thread_num() * rows * bands.width;
        real *picture = y + n * d->o * bands.positions;
        for (ptrdiff_t o = 0; o < d->o; o++)
            for (ptrdiff_t q = first; q < end; q++)
                picture[o * bands.positions + q] = b ? b[o] : 0;
        Unfold f = unfold_input(d, x, n);
        multiply_band(&f, &bands, rows, first, d->o, w, picture, columns);
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

void fast_conv2d_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                               void *scratch) {
    const ptrdiff_t rows = backward_rows(d);
    const Bands bands = backward_bands(d);
    real *exchanged = scratch, *all_columns = exchanged + d->c * rows;
    exchange_sides(d, w, exchanged);
#pragma omp parallel for schedule(dynamic) num_threads(conv_threads(d))
    for (ptrdiff_t task = 0; task < d->n * bands.count; task++) {
        int n = (int)(task / bands.count);
        ptrdiff_t first = task % bands.count * bands.width;
        real *columns = all_columns + omp_get_thread_num() * rows * bands.width;
        Unfold f = unfold_gradient(d, dy, n);
        multiply_band(&f, &bands, rows, first, d->c, exchanged,
                      dx + n * d->c * bands.positions, columns);
    }
}

void fast_conv2d_backward_weight(const ConvDims *d, const real *x, const real *dy,
                                 real *dw, void *scratch) {
    const ptrdiff_t rows = forward_rows(d);
    const Bands bands = forward_bands(d);
    real *columns = scratch;
    for (ptrdiff_t band = 0; band < d->n * bands.count; band++) {
        int n = (int)(band / bands.count);
        ptrdiff_t first = band % bands.count * bands.width;
        ptrdiff_t count = smaller(bands.width, bands.positions - first);
        Unfold f = unfold_input(d, x, n);
#pragma omp parallel for num_threads(conv_threads(d))
        for (ptrdiff_t k = 0; k < rows; k++)
            unfold_row(&f, k, first, count, columns + k * bands.width);
        Operand a = {dy + n * d->o * bands.positions + first, bands.positions, 1};
        gemm_parallel(d->o, rows, count, a, (Operand){columns, 1, bands.width}, dw, rows);
    }
}
