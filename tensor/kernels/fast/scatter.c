/* The gradient of a convolution with respect to its input: a matrix product, each element
 * of which is then added to the element of dx that it belongs to (col2im).
 *
 *     columns (c kh kw, oh ow) = w^T (c kh kw, o) dy (o, oh ow)
 *     dx[c, i s + u - p, j s + v - p] += columns[(c, u, v), (i, j)]
 *
 * With stride s, this takes s^2 times fewer multiply-adds than a transposed convolution,
 * most of whose inputs would be zeros. Work is cut into bands of rows of dx and groups of
 * channels, so that the columns of a task stay in the second-level cache:
 *
 *     dx  +----------+   band   rows of dy that reach it   +------+
 *         |          |                                     |//////|  a few of them reach
 *         +----------+ <---------------------------------- +------+  two bands, and are
 *         |          |                                     |\\\\\\|  multiplied twice
 *         +----------+ <---------------------------------- +------+
 *
 * An element of dx is one sum over u and v, in order, on one thread. */
#include <string.h>

#include "tensor/kernels/blocks.h"
#include "tensor/kernels/cache.h"
#include "tensor/kernels/fast/fast.h"
#include "tensor/kernels/fast/gemm.h"
#include "tensor/threads.h"

#define GROUP_ROWS 128 /* of the column matrix: channels times window */

/* How one convolution is cut. */
typedef struct Scatter {
    const ConvDims *d;
    ptrdiff_t window;           /* kh kw */
    ptrdiff_t channels, groups; /* channels in a group, how many groups */
    ptrdiff_t height, bands;    /* rows of dx in a band, how many bands */
    ptrdiff_t size;             /* elements in the columns of a task, at most */
} Scatter;

/* Bands are several windows high, so that few products are computed twice, and their
 * number is a multiple of the number of threads. */
static Scatter cut(const ConvDims *d) {
    Scatter s = {.d = d, .window = (ptrdiff_t)d->kh * d->kw};
    s.channels = min_of(d->c, max_of(1, GROUP_ROWS / s.window));
    s.groups = ceil_div(d->c, s.channels);
    const ptrdiff_t row = s.channels * s.window * d->ow;
    s.height = max_of(4 * d->kh, cache_blocks()->scatter / row * d->stride);
    s.bands = ceil_div(ceil_div(d->h, s.height), threads_count()) * threads_count();
    s.height = ceil_div(d->h, s.bands);
    s.bands = ceil_div(d->h, s.height);
    s.size = row * ((s.height + d->kh - 2) / d->stride + 1);
    return s;
}

size_t scatter_workspace(const ConvDims *d) {
    return (size_t)(threads_count() * cut(d).size) * sizeof(real);
}

/* Adds one row of the column matrix, for the rows first .. end of y, to the rows
 * top .. bottom of one channel of dx. */
static void add_row(const ConvDims *d, ptrdiff_t u, ptrdiff_t v, ptrdiff_t first,
                    ptrdiff_t end, ptrdiff_t top, ptrdiff_t bottom, const real *row,
                    real *dx) {
    const ptrdiff_t s = d->stride, shift = v - d->pad;
    const ptrdiff_t left = shift < 0 ? ceil_div(-shift, s) : 0;
    const ptrdiff_t right = d->w > shift ? min_of(d->ow, ceil_div(d->w - shift, s)) : 0;
    for (ptrdiff_t i = first; i < end; i++, row += d->ow) {
        const ptrdiff_t y = i * s + u - d->pad;
        if (y < top || y >= bottom) continue;
        real *to = dx + y * d->w + shift;
        if (s == 1)
            for (ptrdiff_t j = left; j < right; j++)
                to[j] += row[j];
        else
            for (ptrdiff_t j = left; j < right; j++)
                to[j * s] += row[j];
    }
}

/* The rows top .. bottom of the channels from c on, of one image. */
static void scatter_band(const Scatter *s, const real *dy, const real *w, real *dx,
                         ptrdiff_t c, ptrdiff_t top, bool add, real *columns) {
    const ConvDims *d = s->d;
    const ptrdiff_t bottom = min_of(top + s->height, d->h),
                    size = (ptrdiff_t)d->oh * d->ow;
    const ptrdiff_t reach = top + d->pad - d->kh + 1;
    const ptrdiff_t first = reach > 0 ? ceil_div(reach, d->stride) : 0;
    const ptrdiff_t end = min_of((bottom - 1 + d->pad) / d->stride + 1, d->oh);
    const ptrdiff_t channels = min_of(s->channels, d->c - c);
    for (ptrdiff_t k = c; !add && k < c + channels; k++)
        memset(dx + (k * d->h + top) * d->w, 0,
               (size_t)((bottom - top) * d->w) * sizeof(real));
    if (end <= first) return;
    const ptrdiff_t count = (end - first) * d->ow;
    fast_gemm_block(&(Product){.m = channels * s->window,
                               .n = count,
                               .k = d->o,
                               .a = {w + c * s->window, 1, d->c * s->window},
                               .b = {dy + first * d->ow, size, 1},
                               .c = columns,
                               .ldc = count});
    for (ptrdiff_t k = 0; k < channels * s->window; k++)
        add_row(d, k % s->window / d->kw, k % d->kw, first, end, top, bottom,
                columns + k * count, dx + (c + k / s->window) * d->h * d->w);
}

void scatter_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                           bool add, void *workspace) {
    const Scatter s = cut(d);
    const ptrdiff_t tasks = s.groups * s.bands;
    const int threads =
        threads_for((double)d->n * d->o * d->oh * d->ow * d->c * (double)s.window);
#pragma omp parallel num_threads(threads)
    {
        real *columns = (real *)workspace + thread_number() * s.size;
        product_reserve(fast_gemm_block);
#pragma omp for schedule(dynamic)
        for (ptrdiff_t task = 0; task < d->n * tasks; task++) {
            ptrdiff_t n = task / tasks, group = task % s.groups;
            ptrdiff_t band = task % tasks / s.groups;
            scatter_band(&s, dy + n * d->o * d->oh * d->ow, w,
                         dx + n * d->c * d->h * d->w, group * s.channels, band * s.height,
                         add, columns);
        }
    }
}
