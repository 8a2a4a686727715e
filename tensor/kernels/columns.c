#include "tensor/kernels/columns.h"

#include <string.h>

/* The coordinate in x that position i meets under kernel coordinate u; may lie outside.
 */
static int met(const Unfold *f, int i, int u) {
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

void unfold_row(const Unfold *f, ptrdiff_t k, ptrdiff_t first, ptrdiff_t count,
                real *row) {
    const int v = (int)(k % f->kw), u = (int)(k / f->kw % f->kh);
    const real *plane = f->x + k / f->kw / f->kh * f->h * f->w;
    int i = (int)(first / f->width), j = (int)(first % f->width);
    while (count > 0) {
        int run = f->width - j < count ? f->width - j : (int)count; /* to the row's end */
        int y = met(f, i, u);
        const real *line = plane + (ptrdiff_t)y * f->w;
        if (y < 0 || y >= f->h)
            zeros(row, run);
        else if (f->stride == 1)
            copy_shifted(line, f->w, j + (f->transposed ? f->pad - v : v - f->pad), run,
                         row);
        else
            for (int a = 0; a < run; a++) {
                int x = met(f, j + a, v);
                row[a] = x >= 0 && x < f->w ? line[x] : 0;
            }
        row += run, count -= run, j = 0, i++;
    }
}
