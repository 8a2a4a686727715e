/* Answer 04: one convolution layer, and its gradient with respect to the image.
 *
 * x is an image (c, h, w), weight (o, c, k, k) with k odd, bias (o), y (o, h, w); around
 * x stand p = (k - 1) / 2 zeros on each side, so that y is as large as x.
 *
 *     y[o,i,j] = bias[o] + sum over c,u,v of weight[o,c,u,v] x[c, i + u - p, j + v - p]
 *
 * Backward is given dy, the gradient of the loss with respect to y, and ADDS to dx: which
 * y did x[c,i,j] take part in, and with which weight? */
#include "lessons/exercises/exercise.h"

typedef struct Sizes {
    int c, h, w, o, k;
} Sizes;

void conv2d(const Sizes *d, const real *x, const real *weight, const real *bias, real *y);
void conv2d_backward(const Sizes *d, const real *dy, const real *weight, real *dx);

real pixel(const Sizes *d, const real *x, int c, int i, int j);

/* Pixel (i, j) of channel c; 0 outside. */
real pixel(const Sizes *d, const real *x, int c, int i, int j) {
    const bool inside = i >= 0 && i < d->h && j >= 0 && j < d->w;
    return inside ? x[(c * d->h + i) * d->w + j] : 0;
}

void conv2d(const Sizes *d, const real *x, const real *weight, const real *bias,
            real *y) {
    const int p = (d->k - 1) / 2;
    for (int o = 0; o < d->o; o++)
        for (int i = 0; i < d->h; i++)
            for (int j = 0; j < d->w; j++) {
                real sum = bias[o];
                for (int c = 0; c < d->c; c++)
                    for (int u = 0; u < d->k; u++)
                        for (int v = 0; v < d->k; v++)
                            sum += weight[((o * d->c + c) * d->k + u) * d->k + v] *
                                   pixel(d, x, c, i + u - p, j + v - p);
                y[(o * d->h + i) * d->w + j] = sum;
            }
}

/* dx[c,i,j] += sum over o,u,v of ... */
void conv2d_backward(const Sizes *d, const real *dy, const real *weight, real *dx) {
    const int p = (d->k - 1) / 2;
    for (int c = 0; c < d->c; c++)
        for (int i = 0; i < d->h; i++)
            for (int j = 0; j < d->w; j++) {
                real sum = 0;
                for (int o = 0; o < d->o; o++)
                    for (int u = 0; u < d->k; u++)
                        for (int v = 0; v < d->k; v++)
                            sum += weight[((o * d->c + c) * d->k + u) * d->k + v] *
                                   pixel(d, dy, o, i - u + p, j - v + p);
                dx[(c * d->h + i) * d->w + j] += sum;
            }
}
