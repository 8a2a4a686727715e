#include "nn/reflect.h"

#include <string.h>

#include "tensor/kernels.h"

/* The index inside 0 .. side - 1 of which i, up to pad outside, is the image. */
static int mirrored(int i, int side) {
    if (i < 0) return -i;
    return i < side ? i : 2 * (side - 1) - i;
}

static ptrdiff_t padded_plane(Shape s, int pad) {
    return (ptrdiff_t)(s.h + 2 * pad) * (s.w + 2 * pad);
}

static void pad_row(int w, int pad, const real *row, real *padded) {
    memcpy(padded + pad, row, (size_t)w * sizeof(real));
    for (int k = 1; k <= pad; k++) {
        padded[pad - k] = row[k];
        padded[pad + w - 1 + k] = row[w - 1 - k];
    }
}

static void fold_row(int w, int pad, const real *dpadded, real *drow) {
    for (int j = 0; j < w; j++)
        drow[j] += dpadded[pad + j];
    for (int k = 1; k <= pad; k++) {
        drow[k] += dpadded[pad - k];
        drow[w - 1 - k] += dpadded[pad + w - 1 + k];
    }
}

void reflect_pad(Shape s, int pad, const real *x, real *padded) {
    const ptrdiff_t size = (ptrdiff_t)s.h * s.w, padded_size = padded_plane(s, pad);
#pragma omp parallel for num_threads(threads_over(shape_size(s)))
    for (int plane = 0; plane < s.n * s.c; plane++)
        for (int i = -pad; i < s.h + pad; i++)
            pad_row(s.w, pad, x + plane * size + (ptrdiff_t)mirrored(i, s.h) * s.w,
                    padded + plane * padded_size +
                        (ptrdiff_t)(i + pad) * (s.w + 2 * pad));
}

/* reflect_pad was: padded[i, j] = x[mirrored(i), mirrored(j)] */
void reflect_fold(Shape s, int pad, const real *dpadded, real *dx) {
    const ptrdiff_t size = (ptrdiff_t)s.h * s.w, padded_size = padded_plane(s, pad);
#pragma omp parallel for num_threads(threads_over(shape_size(s)))
    for (int plane = 0; plane < s.n * s.c; plane++)
        for (int i = -pad; i < s.h + pad; i++)
            fold_row(s.w, pad,
                     dpadded + plane * padded_size +
                         (ptrdiff_t)(i + pad) * (s.w + 2 * pad),
                     dx + plane * size + (ptrdiff_t)mirrored(i, s.h) * s.w);
}
