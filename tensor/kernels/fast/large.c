#include "tensor/kernels/fast/large.h"

#include <string.h>

#include "tensor/kernels/cache.h"
#include "tensor/kernels/fast/few.h"
#include "tensor/kernels/fast/narrow_lines.h"
#include "tensor/kernels/fast/winograd_plan.h"
#include "tensor/threads.h"

#define MANY 16  /* channels of the 3x3 convolution, as in winograd_suits */
#define CACHES 4 /* of the second level that a band of z takes: it is in the third */

/* Of 3x3 in a window. */
static ptrdiff_t blocks_of(const ConvDims *d) {
    return (ptrdiff_t)d->kh * d->kw / WINOGRAD_TAPS;
}

static bool suits(const ConvDims *d, ptrdiff_t few, ptrdiff_t many) {
    return d->kh == d->kw && (d->kh == 6 || d->kh == 9) && d->stride == 1 &&
           d->pad < d->kh && (double)d->n * d->oh * d->ow >= 64 && many >= MANY &&
           few <= NARROW_CHANNELS && few * blocks_of(d) >= MANY;
}

bool large_suits(const ConvDims *d) {
    return suits(d, d->c, d->o);
}

bool large_few_suits(const ConvDims *d) {
    return suits(d, d->o, d->c);
}

/* Elements of all filters; what follows them begins at whole vectors. */
static ptrdiff_t filters_size(const ConvDims *d) {
    return ceil_to((ptrdiff_t)d->o * d->c * d->kh * d->kw, FMA_MAX_LANES);
}

/* to (3,3) = block number U thirds + V of a window, or of the window turned by 180
 * degrees. */
static void cut_block(const ConvDims *d, const real *w, ptrdiff_t block, bool turned,
                      real *to) {
    const ptrdiff_t side = d->kh, thirds = side / 3, last = side * side - 1;
    const ptrdiff_t first = 3 * (block / thirds * side + block % thirds);
    for (ptrdiff_t u = 0; u < 3; u++)
        for (ptrdiff_t v = 0; v < 3; v++) {
            const ptrdiff_t at = first + u * side + v;
            to[3 * u + v] = w[turned ? last - at : at];
        }
}

/* Where the filter of (o, c, block) goes, in filters. */
typedef struct FilterOrder {
    ptrdiff_t o, c, block;
} FilterOrder;

static void cut_filters(const ConvDims *d, const real *w, FilterOrder order, bool turned,
                        real *to) {
    const ptrdiff_t window = (ptrdiff_t)d->kh * d->kw, blocks = blocks_of(d);
    for (ptrdiff_t o = 0; o < d->o; o++)
        for (ptrdiff_t c = 0; c < d->c; c++, w += window)
            for (ptrdiff_t k = 0; k < blocks; k++) {
                const ptrdiff_t at = o * order.o + c * order.c + k * order.block;
                cut_block(d, w, k, turned, to + at * WINOGRAD_TAPS);
            }
}

/* ---- To many channels ---- */

size_t large_workspace(const ConvDims *d) {
    const Winograd g = winograd_plan_forward(d);
    return (size_t)(filters_size(d) + winograd_size(&g)) * sizeof(real);
}

void large_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                   real *y, uint8_t *signs, void *workspace) {
    Winograd g = winograd_plan_forward(d);
    real *filters = workspace;
    const ptrdiff_t blocks = blocks_of(d);
    cut_filters(d, w, (FilterOrder){d->c * blocks, blocks, 1}, false, filters);
    g.x = x, g.weight = filters, g.bias = b, g.y = y, g.signs = signs;
    winograd_run(&g, filters + filters_size(d));
}

/* ---- To few channels ---- */

/* The images z of a band of rows of one image. */
typedef struct Band {
    ConvDims z;       /* the 3x3 convolution to (o, block) */
    ptrdiff_t height; /* rows of y; a multiple of 4, so that tiles are the same ones */
} Band;

static Band band_of(const ConvDims *d) {
    Band s = {.z = *d};
    s.z.n = 1, s.z.o = d->o * (int)blocks_of(d), s.z.kh = s.z.kw = 3;
    s.z.ow = d->ow + d->kw - 3;
    const ptrdiff_t row = (ptrdiff_t)s.z.o * s.z.ow;
    s.height = max_of(CACHES * cache_blocks()->scatter / row / 4 * 4, 16);
    s.height = min_of(s.height, ceil_to(d->oh, 4));
    s.z.oh = (int)s.height + d->kh - 3;
    return s;
}

static ptrdiff_t z_size(const Band *s) {
    return ceil_to((ptrdiff_t)s->z.o * s->z.oh * s->z.ow, FMA_MAX_LANES);
}

size_t large_few_workspace(const ConvDims *d) {
    const Band s = band_of(d);
    const ConvDims t = few_adjoint(d);
    const Winograd g = winograd_plan_forward(&s.z), back = winograd_plan_forward(&t);
    const ptrdiff_t most = max_of(z_size(&s) + winograd_size(&g), winograd_size(&back));
    return (size_t)(filters_size(d) + most) * sizeof(real);
}

/* A row of a channel: the bias and the sum of the blocks' images, in order. */
static void add_blocks(const Band *s, ptrdiff_t blocks, const real *z, real bias,
                       ptrdiff_t width, real *y) {
    const ptrdiff_t thirds = blocks == 9 ? 3 : 2, plane = (ptrdiff_t)s->z.oh * s->z.ow;
    for (ptrdiff_t j = 0; j < width; j++)
        y[j] = bias;
    for (ptrdiff_t u = 0; u < thirds; u++) {
        const real *left = z + u * (thirds * plane + 3 * s->z.ow);
        const real *middle = left + plane + 3, *right = middle + plane + 3;
        if (thirds == 3)
            for (ptrdiff_t j = 0; j < width; j++)
                y[j] = y[j] + left[j] + middle[j] + right[j];
        else
            for (ptrdiff_t j = 0; j < width; j++)
                y[j] = y[j] + left[j] + middle[j];
    }
}

/* The rows from `top` on of all channels of an image. */
static void add_band(const ConvDims *d, const Band *s, const real *z, const real *b,
                     ptrdiff_t top, real *y) {
    const ptrdiff_t plane = (ptrdiff_t)s->z.oh * s->z.ow, blocks = s->z.o / d->o;
    const ptrdiff_t rows = min_of(s->height, d->oh - top);
    const int threads = threads_over((size_t)(s->z.o * rows * d->ow));
#pragma omp parallel for schedule(static) num_threads(threads)
    for (ptrdiff_t k = 0; k < d->o * rows; k++) {
        const ptrdiff_t o = k / rows, i = k % rows;
        add_blocks(s, blocks, z + o * blocks * plane + i * s->z.ow, b ? b[o] : 0, d->ow,
                   y + (o * d->oh + top + i) * d->ow);
    }
}

void large_few_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                       real *y, void *workspace) {
    const Band s = band_of(d);
    real *filters = workspace, *z = filters + filters_size(d);
    const FilterOrder order = {blocks_of(d) * d->c, 1, d->c};
    cut_filters(d, w, order, false, filters);
    Winograd g = winograd_plan_forward(&s.z);
    g.weight = filters, g.y = z;
    for (ptrdiff_t n = 0; n < d->n; n++)
        for (ptrdiff_t top = 0; top < d->oh; top += s.height) {
            g.x = x + n * d->c * d->h * d->w, g.top = top;
            winograd_run(&g, z + z_size(&s));
            add_band(d, &s, z, b, top, y + n * d->o * d->oh * d->ow);
        }
}

void large_few_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                             bool add, void *workspace) {
    const ConvDims t = few_adjoint(d);
    const ptrdiff_t blocks = blocks_of(d);
    real *filters = workspace;
    cut_filters(d, w, (FilterOrder){blocks, d->o * blocks, 1}, true, filters);
    Winograd g = winograd_plan_forward(&t);
    g.x = dy, g.weight = filters, g.y = dx, g.add = add;
    winograd_run(&g, filters + filters_size(d));
}
