#include "tensor/kernels/fast/winograd_fold.h"

#include <string.h>

#include "tensor/threads.h"

/* Of one channel: rows (2 m, ow), those above and then those below, and the ends of all
 * rows, columns (oh, 2 m). */
typedef struct Ring {
    real *rows, *columns;
} Ring;

static Ring ring_of(const Winograd *g, ptrdiff_t plane) {
    real *rows = g->ring + plane * winograd_ring_size(g);
    return (Ring){rows, rows + 2 * g->fold * g->ow};
}

static void store(const Winograd *g, real *y, const real *from, ptrdiff_t count) {
    if (g->add)
        for (ptrdiff_t j = 0; j < count; j++)
            y[j] += from[j];
    else
        memcpy(y, from, (size_t)count * sizeof(real));
}

void winograd_fold_row(const Winograd *g, ptrdiff_t plane, ptrdiff_t i, ptrdiff_t j,
                       ptrdiff_t columns, const real *from) {
    const ptrdiff_t m = g->fold, h = g->oh - 2 * m, w = g->ow - 2 * m;
    const Ring ring = ring_of(g, plane);
    if (i < m || i >= m + h) {
        real *row = ring.rows + (i < m ? i : i - h) * g->ow;
        memcpy(row + j, from, (size_t)columns * sizeof(real));
        return;
    }
    real *ends = ring.columns + i * 2 * m;
    const ptrdiff_t end = j + columns, first = max_of(j, m), last = min_of(end, m + w);
    for (ptrdiff_t k = j; k < min_of(end, m); k++)
        ends[k] = from[k - j];
    for (ptrdiff_t k = max_of(j, m + w); k < end; k++)
        ends[k - w] = from[k - j];
    if (first < last)
        store(g, g->y + (plane * h + i - m) * w + first - m, from + first - j,
              last - first);
}

/* Adds the ends of a row of w + 2 m, m at each side, to the row inside. */
static void fold_ends(ptrdiff_t m, ptrdiff_t w, const real *left, const real *right,
                      real *row) {
    for (ptrdiff_t k = 1; k <= m; k++) {
        row[k] += left[m - k];
        row[w - 1 - k] += right[k - 1];
    }
}

static void fold_border_row(ptrdiff_t m, ptrdiff_t w, const real *border, real *row) {
    for (ptrdiff_t j = 0; j < w; j++)
        row[j] += border[m + j];
    fold_ends(m, w, border, border + m + w, row);
}

void winograd_fold_rings(const Winograd *g, ptrdiff_t planes) {
    const ptrdiff_t m = g->fold, h = g->oh - 2 * m, w = g->ow - 2 * m;
    const int threads = threads_over((size_t)(planes * (h + w)));
#pragma omp parallel for schedule(static) num_threads(threads)
    for (ptrdiff_t plane = 0; plane < planes; plane++) {
        const Ring ring = ring_of(g, plane);
        real *y = g->y + plane * h * w;
        for (ptrdiff_t i = 0; i < h; i++) {
            const real *ends = ring.columns + (i + m) * 2 * m;
            fold_ends(m, w, ends, ends + m, y + i * w);
        }
        for (ptrdiff_t k = 1; k <= m; k++) {
            fold_border_row(m, w, ring.rows + (m - k) * g->ow, y + k * w);
            fold_border_row(m, w, ring.rows + (m + k - 1) * g->ow, y + (h - 1 - k) * w);
        }
    }
}
