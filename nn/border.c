#include "nn/border.h"

#include <string.h>

#include "tensor/mirror.h"
#include "tensor/threads.h"

int border_source(PadMode mode, int i, int side) {
    if (mode == PAD_ZERO) return i < 0 || i >= side ? -1 : i;
    if (mode == PAD_REPLICATE) return i < 0 ? 0 : i < side ? i : side - 1;
    return (int)mirror_source(i, side, side - 1);
}

static ptrdiff_t padded_plane(Shape s, int pad) {
    return (ptrdiff_t)(s.h + 2 * pad) * (s.w + 2 * pad);
}

static void pad_row(PadMode mode, int w, int pad, const real *row, real *padded) {
    memcpy(padded + pad, row, (size_t)w * sizeof(real));
    for (int k = 1; k <= pad; k++) {
        padded[pad - k] = row[border_source(mode, -k, w)];
        padded[pad + w - 1 + k] = row[border_source(mode, w - 1 + k, w)];
    }
}

/* Row i, up to pad outside, of one plane. `over`: over what the row of dx holds, with the
 * bits of a sum into zeros, in which -0 becomes 0. */
static void fold_row(PadMode mode, Shape s, int pad, int i, const real *dpadded, real *dx,
                     bool over) {
    const int w = s.w;
    dpadded += (ptrdiff_t)(i + pad) * (w + 2 * pad);
    real *drow = dx + (ptrdiff_t)border_source(mode, i, s.h) * w;
    for (int j = 0; over && j < w; j++)
        drow[j] = 0 + dpadded[pad + j];
    for (int j = 0; !over && j < w; j++)
        drow[j] += dpadded[pad + j];
    for (int k = 1; k <= pad; k++) {
        drow[border_source(mode, -k, w)] += dpadded[pad - k];
        drow[border_source(mode, w - 1 + k, w)] += dpadded[pad + w - 1 + k];
    }
}

void border_pad(PadMode mode, Shape s, int pad, const real *x, real *padded) {
    const ptrdiff_t size = (ptrdiff_t)s.h * s.w, padded_size = padded_plane(s, pad);
#pragma omp parallel for num_threads(threads_over(shape_size(s)))
    for (int plane = 0; plane < s.n * s.c; plane++)
        for (int i = -pad; i < s.h + pad; i++)
            pad_row(mode, s.w, pad,
                    x + plane * size + (ptrdiff_t)border_source(mode, i, s.h) * s.w,
                    padded + plane * padded_size +
                        (ptrdiff_t)(i + pad) * (s.w + 2 * pad));
}

/* border_pad was: padded[i, j] = x[source(i), source(j)] */
void border_fold(PadMode mode, Shape s, int pad, const real *dpadded, real *dx,
                 bool over) {
    const ptrdiff_t size = (ptrdiff_t)s.h * s.w, padded_size = padded_plane(s, pad);
#pragma omp parallel for num_threads(threads_over(shape_size(s)))
    for (int plane = 0; plane < s.n * s.c; plane++) {
        const real *from = dpadded + plane * padded_size;
        real *to = dx + plane * size;
        for (int i = 0; i < s.h; i++)
            fold_row(mode, s, pad, i, from, to, over);
        for (int k = 1; k <= pad; k++) {
            fold_row(mode, s, pad, -k, from, to, false);
            fold_row(mode, s, pad, s.h - 1 + k, from, to, false);
        }
    }
}
