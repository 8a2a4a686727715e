#include "tensor/kernels/columns.h"

#include <string.h>

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/cache.h"
#include "tensor/threads.h"

#define MAX_BAND 256 /* positions: enough to reuse each weight that is loaded */
/* The micro-kernels make whole vectors of columns, at most 64 bytes wide. */
#define UNIT (64 / (ptrdiff_t)sizeof(real))

/* The coordinate in x that position i reads with kernel coordinate u; may be outside. */
static int coordinate(const Unfold *f, int i, int u) {
    if (!f->transposed) return i * f->stride + u - f->pad;
    int a = i + f->pad - u;
    return a >= 0 && a % f->stride == 0 ? a / f->stride : -1;
}

static void zeros(real *row, int count) {
    if (count > 0) memset(row, 0, (size_t)count * sizeof(real));
}

/* out[j] = x[j + shift] for `count` j from 0, 0 outside x of length w. */
static void copy_shifted(const real *x, int w, int shift, int count, real *out) {
    int begin = shift < 0 ? -shift : 0, end = w - shift;
    if (begin > count) begin = count;
    if (end > count) end = count;
    if (end < begin) end = begin;
    zeros(out, begin);
    if (end > begin)
        memcpy(out + begin, x + begin + shift, (size_t)(end - begin) * sizeof(real));
    zeros(out + end, count - end);
}

/* out[j] = x[2 j + shift] for `count` j from 0, 0 outside x of length w. */
static void copy_every_second(const real *x, int w, int shift, int count, real *out) {
    int begin = shift < 0 ? (1 - shift) / 2 : 0, end = (w - shift + 1) / 2;
    if (begin > count) begin = count;
    if (end > count) end = count;
    if (end < begin) end = begin;
    zeros(out, begin);
    for (int j = begin; j < end; j++)
        out[j] = x[2 * j + shift];
    zeros(out + end, count - end);
}

void unfold_row(const Unfold *f, ptrdiff_t k, ptrdiff_t first, ptrdiff_t count,
                real *row) {
    const int v = (int)(k % f->kw), u = (int)(k / f->kw % f->kh);
    const real *plane = f->x + k / f->kw / f->kh * f->h * f->w;
    int i = (int)(first / f->width), j = (int)(first % f->width);
    while (count > 0) {
        int run = f->width - j < count ? f->width - j : (int)count; /* to the row's end */
        int y = coordinate(f, i, u);
        const real *line = plane + (ptrdiff_t)y * f->w;
        if (y < 0 || y >= f->h)
            zeros(row, run);
        else if (f->stride == 1)
            copy_shifted(line, f->w, j + (f->transposed ? f->pad - v : v - f->pad), run,
                         row);
        else if (f->stride == 2 && !f->transposed)
            copy_every_second(line, f->w, 2 * j + v - f->pad, run, row);
        else
            for (int a = 0; a < run; a++) {
                int x = coordinate(f, j + a, v);
                row[a] = x >= 0 && x < f->w ? line[x] : 0;
            }
        row += run, count -= run, j = 0, i++;
    }
}

static ptrdiff_t forward_rows(const ConvDims *d) {
    return (ptrdiff_t)d->c * d->kh * d->kw;
}

static ptrdiff_t backward_rows(const ConvDims *d) {
    return (ptrdiff_t)d->o * d->kh * d->kw;
}

Ranges ranges_cut(ptrdiff_t size, ptrdiff_t most) {
    const ptrdiff_t threads = threads_count();
    ptrdiff_t count = ceil_div(size, max_of(most, 1));
    count = ceil_to(count, threads);
    const ptrdiff_t width = ceil_to(ceil_div(size, count), UNIT);
    return (Ranges){size, width, ceil_div(size, width)};
}

/* Bands of a column matrix with this many rows and positions. */
static Ranges cut_bands(ptrdiff_t rows, ptrdiff_t positions) {
    const ptrdiff_t fit = cache_blocks()->columns / rows;
    return ranges_cut(positions, min_of(MAX_BAND, fit));
}

static Ranges forward_bands(const ConvDims *d) {
    return cut_bands(forward_rows(d), (ptrdiff_t)d->oh * d->ow);
}

static Ranges backward_bands(const ConvDims *d) {
    return cut_bands(backward_rows(d), (ptrdiff_t)d->h * d->w);
}

ptrdiff_t columns_forward_size(const ConvDims *d) {
    return threads_count() * forward_rows(d) * forward_bands(d).width;
}

/* w', and then the columns of a band for each thread. */
ptrdiff_t columns_backward_size(const ConvDims *d) {
    const ptrdiff_t weights = d->o * forward_rows(d);
    return weights + threads_count() * backward_rows(d) * backward_bands(d).width;
}

static int conv_threads(const ConvDims *d) {
    return threads_for((double)d->n * d->o * d->oh * d->ow * (double)forward_rows(d));
}

Unfold unfold_input(const ConvDims *d, const real *x, int n) {
    return (Unfold){.x = x + (ptrdiff_t)n * d->c * d->h * d->w,
                    .h = d->h,
                    .w = d->w,
                    .kh = d->kh,
                    .kw = d->kw,
                    .width = d->ow,
                    .stride = d->stride,
                    .pad = d->pad,
                    .transposed = false};
}

static Unfold unfold_gradient(const ConvDims *d, const real *dy, int n) {
    return (Unfold){.x = dy + (ptrdiff_t)n * d->o * d->oh * d->ow,
                    .h = d->oh,
                    .w = d->ow,
                    .kh = d->kh,
                    .kw = d->kw,
                    .width = d->w,
                    .stride = d->stride,
                    .pad = d->pad,
                    .transposed = true};
}

/* p->c (m, all positions) = or += p->a (m, rows) columns, for the positions
 * first .. first + count. */
static void multiply_band(const Unfold *f, const Ranges *bands, ptrdiff_t first,
                          Product p, real *columns, MultiplyBlock multiply) {
    p.n = min_of(bands->width, bands->size - first);
    for (ptrdiff_t k = 0; k < p.k; k++)
        unfold_row(f, k, first, p.n, columns + k * bands->width);
    p.a = (Operand){p.a.data, p.k, 1};
    p.b = (Operand){columns, bands->width, 1};
    p.c += first, p.ldc = bands->size;
    multiply(&p);
}

void columns_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                     real *y, void *workspace, MultiplyBlock multiply) {
    const ptrdiff_t rows = forward_rows(d);
    const Ranges bands = forward_bands(d);
#pragma omp parallel num_threads(conv_threads(d))
    {
        real *columns = (real *)workspace + thread_number() * rows * bands.width;
        product_reserve(multiply);
#pragma omp for schedule(dynamic)
        for (ptrdiff_t task = 0; task < d->n * bands.count; task++) {
            int n = (int)(task / bands.count);
            ptrdiff_t first = task % bands.count * bands.width;
            Unfold f = unfold_input(d, x, n);
            Product p = {.m = d->o, .k = rows, .a.data = w, .bias = b};
            p.c = y + n * d->o * bands.size;
            multiply_band(&f, &bands, first, p, columns, multiply);
        }
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

void columns_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                           bool add, void *workspace, MultiplyBlock multiply) {
    const ptrdiff_t rows = backward_rows(d);
    const Ranges bands = backward_bands(d);
    real *exchanged = workspace, *all_columns = exchanged + d->c * rows;
    exchange_sides(d, w, exchanged);
#pragma omp parallel num_threads(conv_threads(d))
    {
        real *columns = all_columns + thread_number() * rows * bands.width;
        product_reserve(multiply);
#pragma omp for schedule(dynamic)
        for (ptrdiff_t task = 0; task < d->n * bands.count; task++) {
            int n = (int)(task / bands.count);
            ptrdiff_t first = task % bands.count * bands.width;
            Unfold f = unfold_gradient(d, dy, n);
            Product p = {.m = d->c, .k = rows, .a.data = exchanged, .add = add};
            p.c = dx + n * d->c * bands.size;
            multiply_band(&f, &bands, first, p, columns, multiply);
        }
    }
}
