/* Pooling computes little, so its time should be that of reading and writing memory. The
 * pools of the usual networks (kernel 2 or 3, stride 2, no padding) are computed by
 * vector code (simd/pool.h), one row of windows at a time. A window that reaches beyond
 * the edge is copied and computed by the reference kernel. All other pools are computed
 * by the reference kernel, one plane at a time. Gradients of 2x2 windows are computed by
 * rows, too; where windows overlap, gradients are added one by one. */
#include <string.h>

#include "tensor/kernels/gemm/gemm.h"
#include "tensor/kernels/ref/ref.h"
#include "tensor/kernels/simd/code.h"
#include "tensor/threads.h"

static int pool_threads(const PoolDims *d) {
    return threads_for((double)d->n * d->c * d->oh * d->ow * d->kernel * d->kernel);
}

static bool suits(const PoolDims *d) {
    return d->stride == 2 && (d->kernel == 2 || d->kernel == 3) && d->pad == 0;
}

/* Windows of 2x2 inside the image: no two of them share an element of dx. */
static bool is_quarters(const PoolDims *d) {
    return suits(d) && d->kernel == 2 && 2 * d->oh <= d->h && 2 * d->ow <= d->w;
}

/* The sizes of one plane, and where plane number i begins. */
static PoolDims plane_dims(const PoolDims *d) {
    PoolDims plane = *d;
    plane.n = plane.c = 1;
    return plane;
}

static ptrdiff_t in_start(const PoolDims *d, int i) {
    return (ptrdiff_t)i * d->h * d->w;
}

static ptrdiff_t out_start(const PoolDims *d, int i) {
    return (ptrdiff_t)i * d->oh * d->ow;
}

/* The number of tasks: rows of windows, counted through all planes, or planes. */
static int units(const PoolDims *d, bool rows) {
    return d->n * d->c * (rows ? d->oh : 1);
}

/* Where window row `row` begins in x. */
static ptrdiff_t row_start(const PoolDims *d, int row) {
    return in_start(d, row / d->oh) + (ptrdiff_t)(row % d->oh) * 2 * d->w;
}

/* How many rows of the image that row of windows reads. */
static int rows_seen(const PoolDims *d, int row) {
    int left = d->h - row % d->oh * 2;
    return left < d->kernel ? left : d->kernel;
}

/* Windows of a row that end inside the row. */
static int whole_windows(const PoolDims *d) {
    int count = d->w < d->kernel ? 0 : (d->w - d->kernel) / 2 + 1;
    return count < d->ow ? count : d->ow;
}

/* Copies window j of a row into an image of its size, and returns the sizes. */
static PoolDims copy_window(const PoolDims *d, int row, int j, const real *x,
                            real to[9]) {
    int rows = rows_seen(d, row), columns = d->w - 2 * j;
    for (int r = 0; r < rows; r++)
        memcpy(to + r * columns, x + row_start(d, row) + 2 * j + (ptrdiff_t)r * d->w,
               (size_t)columns * sizeof *to);
    return (PoolDims){1, 1, rows, columns, d->kernel, 2, 0, 1, 1};
}

static void max_row(const PoolDims *d, int row, const real *x, real *y, uint8_t *winner) {
    const int whole = whole_windows(d);
    y += (ptrdiff_t)row * d->ow, winner += (ptrdiff_t)row * d->ow;
    simd_filled_by(d->ow)->pool->largest(x + row_start(d, row), d->w, rows_seen(d, row),
                                         d->kernel, whole, y, winner);
    for (int j = whole; j < d->ow; j++) {
        real window[9];
        const PoolDims seen = copy_window(d, row, j, x, window);
        ref_max_pool_forward(&seen, window, y + j, winner + j);
    }
}

static void mean_row(const PoolDims *d, int row, const real *x, real *y) {
    const int whole = whole_windows(d);
    y += (ptrdiff_t)row * d->ow;
    simd_filled_by(d->ow)->pool->mean(x + row_start(d, row), d->w, rows_seen(d, row),
                                      d->kernel, whole, y);
    for (int j = whole; j < d->ow; j++) {
        real window[9];
        const PoolDims seen = copy_window(d, row, j, x, window);
        ref_avg_pool_forward(&seen, window, y + j);
    }
}

/* Writes 0 outside all windows: after the last of a row, and below the last row. */
static void clear_rest(const PoolDims *d, int row, real *dx) {
    const bool last = row % d->oh == d->oh - 1;
    const int rows = last ? d->h - 2 * (d->oh - 1) : 2;
    for (int r = 0; r < rows; r++) {
        int seen = r < 2 ? 2 * d->ow : 0;
        memset(dx + (ptrdiff_t)r * d->w + seen, 0, (size_t)(d->w - seen) * sizeof *dx);
    }
}

static void scatter_row(const PoolDims *d, int row, const real *dy, const uint8_t *winner,
                        real *dx, bool add) {
    const ptrdiff_t out = (ptrdiff_t)row * d->ow;
    dx += row_start(d, row);
    if (!add) clear_rest(d, row, dx);
    simd_filled_by(d->ow)->pool->scatter(dy + out, winner + out, d->w, d->ow, dx, add);
}

static void spread_row(const PoolDims *d, int row, const real *dy, real *dx, bool add) {
    dx += row_start(d, row);
    if (!add) clear_rest(d, row, dx);
    simd_filled_by(d->ow)->pool->spread(dy + (ptrdiff_t)row * d->ow, d->w, d->ow, dx,
                                        add);
}

/* For windows that overlap or reach beyond the edge: offset[i] is the distance of
 * position i of a window from its first position. */
static void scatter_plane(const PoolDims *d, const ptrdiff_t *offset, const real *dy,
                          const uint8_t *winner, real *dx, bool add) {
    if (!add) memset(dx, 0, (size_t)d->h * (size_t)d->w * sizeof *dx);
    for (int i = 0; i < d->oh; i++) {
        const ptrdiff_t row = (ptrdiff_t)(i * d->stride - d->pad) * d->w - d->pad;
        for (ptrdiff_t j = 0; j < d->ow; j++)
            dx[row + j * d->stride + offset[*winner++]] += *dy++;
    }
}

void gemm_max_pool_forward(const PoolDims *d, const real *x, real *y, uint8_t *winner) {
    const PoolDims plane = plane_dims(d);
    const bool by_rows = suits(d);
#pragma omp parallel for num_threads(pool_threads(d))
    for (int i = 0; i < units(d, by_rows); i++)
        if (by_rows)
            max_row(d, i, x, y, winner);
        else
            ref_max_pool_forward(&plane, x + in_start(d, i), y + out_start(d, i),
                                 winner + out_start(d, i));
}

void gemm_max_pool_backward(const PoolDims *d, const real *dy, const uint8_t *winner,
                            real *dx, bool add) {
    const bool by_rows = is_quarters(d);
    ptrdiff_t offset[256] = {0};
    for (int place = 0; place < d->kernel * d->kernel; place++)
        offset[place] = (ptrdiff_t)(place / d->kernel) * d->w + place % d->kernel;
#pragma omp parallel for num_threads(pool_threads(d))
    for (int i = 0; i < units(d, by_rows); i++)
        if (by_rows)
            scatter_row(d, i, dy, winner, dx, add);
        else
            scatter_plane(d, offset, dy + out_start(d, i), winner + out_start(d, i),
                          dx + in_start(d, i), add);
}

void gemm_avg_pool_forward(const PoolDims *d, const real *x, real *y) {
    const PoolDims plane = plane_dims(d);
    const bool by_rows = suits(d);
#pragma omp parallel for num_threads(pool_threads(d))
    for (int i = 0; i < units(d, by_rows); i++)
        if (by_rows)
            mean_row(d, i, x, y);
        else
            ref_avg_pool_forward(&plane, x + in_start(d, i), y + out_start(d, i));
}

void gemm_avg_pool_backward(const PoolDims *d, const real *dy, real *dx, bool add) {
    const PoolDims plane = plane_dims(d);
    const bool by_rows = is_quarters(d);
#pragma omp parallel for num_threads(pool_threads(d))
    for (int i = 0; i < units(d, by_rows); i++)
        if (by_rows)
            spread_row(d, i, dy, dx, add);
        else
            ref_avg_pool_backward(&plane, dy + out_start(d, i), dx + in_start(d, i), add);
}
