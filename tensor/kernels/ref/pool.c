#include "tensor/kernels/ref/ref.h"

#include <string.h>

/* The part of one window that is inside the image: rows top <= y < bottom, columns
 * left <= x < right. Windows may reach beyond any edge. */
typedef struct PoolWindow {
    int top, bottom, left, right;
} PoolWindow;

static PoolWindow window_inside(const PoolDims *d, int i, int j) {
    int y = i * d->stride - d->pad, x = j * d->stride - d->pad;
    return (PoolWindow){
        .top = y > 0 ? y : 0,
        .bottom = y + d->kernel < d->h ? y + d->kernel : d->h,
        .left = x > 0 ? x : 0,
        .right = x + d->kernel < d->w ? x + d->kernel : d->w,
    };
}

/* The `add` of backward. */
static void begin_gradient(const PoolDims *d, real *dx, bool add) {
    size_t size = (size_t)d->n * (size_t)d->c * (size_t)d->h * (size_t)d->w;
    if (!add) memset(dx, 0, size * sizeof *dx);
}

/* y = max x over the window. The first of equal values wins; the first NaN wins over all
 * numbers, because every comparison with it is false. */
void ref_max_pool_forward(const PoolDims *d, const real *x, real *y, uint8_t *winner) {
    for (int plane = 0; plane < d->n * d->c; plane++, x += (ptrdiff_t)d->h * d->w)
        for (int i = 0; i < d->oh; i++)
            for (int j = 0; j < d->ow; j++) {
                PoolWindow in = window_inside(d, i, j);
                int place_y = in.top, place_x = in.left;
                real best = x[(ptrdiff_t)in.top * d->w + in.left];
                for (int row = in.top; row < in.bottom; row++)
                    for (int column = in.left; column < in.right; column++) {
                        real value = x[(ptrdiff_t)row * d->w + column];
                        bool first_nan = value != value && best == best;
                        if (!(value > best || first_nan)) continue;
                        best = value, place_y = row, place_x = column;
                    }
                int u = place_y - (i * d->stride - d->pad);
                int v = place_x - (j * d->stride - d->pad);
                *y++ = best;
                *winner++ = (uint8_t)(u * d->kernel + v);
            }
}

/* forward was: y = x[winner] */
void ref_max_pool_backward(const PoolDims *d, const real *dy, const uint8_t *winner,
                           real *dx, bool add) {
    begin_gradient(d, dx, add);
    for (int plane = 0; plane < d->n * d->c; plane++, dx += (ptrdiff_t)d->h * d->w)
        for (int i = 0; i < d->oh; i++)
            for (int j = 0; j < d->ow; j++, winner++) {
                int row = i * d->stride - d->pad + *winner / d->kernel;
                int column = j * d->stride - d->pad + *winner % d->kernel;
                dx[(ptrdiff_t)row * d->w + column] += *dy++;
            }
}

/* y = sum of the x inside the window / their number */
void ref_avg_pool_forward(const PoolDims *d, const real *x, real *y) {
    for (int plane = 0; plane < d->n * d->c; plane++, x += (ptrdiff_t)d->h * d->w)
        for (int i = 0; i < d->oh; i++)
            for (int j = 0; j < d->ow; j++) {
                PoolWindow in = window_inside(d, i, j);
                int count = (in.bottom - in.top) * (in.right - in.left);
                real sum = 0;
                for (int row = in.top; row < in.bottom; row++)
                    for (int column = in.left; column < in.right; column++)
                        sum += x[(ptrdiff_t)row * d->w + column];
                *y++ = sum / (real)count;
            }
}

/* forward was: y += x / count */
void ref_avg_pool_backward(const PoolDims *d, const real *dy, real *dx, bool add) {
    begin_gradient(d, dx, add);
    for (int plane = 0; plane < d->n * d->c; plane++, dx += (ptrdiff_t)d->h * d->w)
        for (int i = 0; i < d->oh; i++)
            for (int j = 0; j < d->ow; j++) {
                PoolWindow in = window_inside(d, i, j);
                int count = (in.bottom - in.top) * (in.right - in.left);
                real share = *dy++ / (real)count;
                for (int row = in.top; row < in.bottom; row++)
                    for (int column = in.left; column < in.right; column++)
                        dx[(ptrdiff_t)row * d->w + column] += share;
            }
}
