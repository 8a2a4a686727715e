#include "nn/reflect.h"

/* The index inside 0 .. side - 1 of which i, up to pad outside, is the image. */
static int mirrored(int i, int side) {
    if (i < 0) return -i;
    return i < side ? i : 2 * (side - 1) - i;
}

void reflect_pad(Shape s, int pad, const real *x, real *padded) {
    for (int plane = 0; plane < s.n * s.c; plane++, x += (ptrdiff_t)s.h * s.w)
        for (int i = -pad; i < s.h + pad; i++) {
            const real *row = x + (ptrdiff_t)mirrored(i, s.h) * s.w;
            for (int j = -pad; j < s.w + pad; j++)
                *padded++ = row[mirrored(j, s.w)];
        }
}

/* reflect_pad was: padded[i, j] = x[mirrored(i), mirrored(j)] */
void reflect_fold(Shape s, int pad, const real *dpadded, real *dx) {
    for (int plane = 0; plane < s.n * s.c; plane++, dx += (ptrdiff_t)s.h * s.w)
        for (int i = -pad; i < s.h + pad; i++) {
            real *row = dx + (ptrdiff_t)mirrored(i, s.h) * s.w;
            for (int j = -pad; j < s.w + pad; j++)
                row[mirrored(j, s.w)] += *dpadded++;
        }
}
