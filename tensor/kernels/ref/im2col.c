#include "tensor/kernels/ref/ref.h"

/* columns[(c, u, v), (i, j)] = x[c, i s + u - p, j s + v - p], written in memory order */
void im2col(const ConvDims *d, const real *x, real *columns) {
    const int s = d->stride, p = d->pad;
    for (int c = 0; c < d->c; c++)
        for (int u = 0; u < d->kh; u++)
            for (int v = 0; v < d->kw; v++)
                for (int i = 0; i < d->oh; i++)
                    for (int j = 0; j < d->ow; j++) {
                        int y = i * s + u - p, z = j * s + v - p;
                        bool inside = y >= 0 && y < d->h && z >= 0 && z < d->w;
                        *columns++ = inside ? x[((ptrdiff_t)c * d->h + y) * d->w + z] : 0;
                    }
}

/* im2col was: columns[...] = x[c, i s + u - p, j s + v - p] */
void col2im(const ConvDims *d, const real *columns, real *x) {
    const int s = d->stride, p = d->pad;
    for (int c = 0; c < d->c; c++)
        for (int u = 0; u < d->kh; u++)
            for (int v = 0; v < d->kw; v++)
                for (int i = 0; i < d->oh; i++)
                    for (int j = 0; j < d->ow; j++, columns++) {
                        int y = i * s + u - p, z = j * s + v - p;
                        bool inside = y >= 0 && y < d->h && z >= 0 && z < d->w;
                        if (inside) x[((ptrdiff_t)c * d->h + y) * d->w + z] += *columns;
                    }
}
