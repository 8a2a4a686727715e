/* Exercise 04: one convolution layer, and its gradient with respect to the image.
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
    BLANK("seven loops without the one over pictures: o, i, j, and the sum over c, u, v");
}

/* dx[c,i,j] += sum over o,u,v of ... */
void conv2d_backward(const Sizes *d, const real *dy, const real *weight, real *dx) {
    BLANK("the same loops; each dy[o,i,j] goes back to every pixel that it came from");
}
