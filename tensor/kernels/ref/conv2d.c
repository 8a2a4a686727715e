/* The convolution and its two gradients, seven loops each: four over the elements of the
 * result, three over the sum. */
#include "tensor/kernels/ref/ref.h"

/* Place of weight (o, c, u, v). */
static ptrdiff_t weight_at(const ConvDims *d, int o, int c, int u, int v) {
    return (((ptrdiff_t)o * d->c + c) * d->kh + u) * d->kw + v;
}

/* Place of output (n, o, i, j). */
static ptrdiff_t output_at(const ConvDims *d, int n, int o, int i, int j) {
    return (((ptrdiff_t)n * d->o + o) * d->oh + i) * d->ow + j;
}

/* Place of input (n, c, i, j). */
static ptrdiff_t input_at(const ConvDims *d, int n, int c, int i, int j) {
    return (((ptrdiff_t)n * d->c + c) * d->h + i) * d->w + j;
}

/* Input (n, c, i, j), which is 0 outside of the image. */
static real pixel(const ConvDims *d, const real *x, int n, int c, int i, int j) {
    bool inside = i >= 0 && i < d->h && j >= 0 && j < d->w;
    return inside ? x[input_at(d, n, c, i, j)] : 0;
}

/* y[n,o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] x[n,c, i s + u - p, j s + v - p] */
void ref_conv2d_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                        real *y, void *workspace) {
    (void)workspace;
    const int s = d->stride, p = d->pad;
    for (int n = 0; n < d->n; n++)
        for (int o = 0; o < d->o; o++)
            for (int i = 0; i < d->oh; i++)
                for (int j = 0; j < d->ow; j++) {
                    real sum = b ? b[o] : 0;
                    for (int c = 0; c < d->c; c++)
                        for (int u = 0; u < d->kh; u++)
                            for (int v = 0; v < d->kw; v++)
                                sum += w[weight_at(d, o, c, u, v)] *
                                       pixel(d, x, n, c, i * s + u - p, j * s + v - p);
                    y[output_at(d, n, o, i, j)] = sum;
                }
}

/* dy[n, o, a / s, b / s], or 0 where there is no output: forward, output i reads input
 * i s + u - p in kernel row u, so input i' was met by output (i' + p - u) / s, if that is
 * a whole number inside the output. */
static real gradient(const ConvDims *d, const real *dy, int n, int o, int a, int b) {
    const int s = d->stride;
    if (a < 0 || b < 0 || a % s != 0 || b % s != 0) return 0;
    bool inside = a / s < d->oh && b / s < d->ow;
    return inside ? dy[output_at(d, n, o, a / s, b / s)] : 0;
}

/* forward was: y[n,o,i,j] += w[o,c,u,v] x[n,c, i s + u - p, j s + v - p], so every input
 * collects w dy from each output that used it, in the order o, u, v. */
void ref_conv2d_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                              bool add, void *workspace) {
    (void)workspace;
    const int p = d->pad;
    for (int n = 0; n < d->n; n++)
        for (int c = 0; c < d->c; c++)
            for (int i = 0; i < d->h; i++)
                for (int j = 0; j < d->w; j++) {
                    real sum = add ? dx[input_at(d, n, c, i, j)] : 0;
                    for (int o = 0; o < d->o; o++)
                        for (int u = 0; u < d->kh; u++)
                            for (int v = 0; v < d->kw; v++)
                                sum += w[weight_at(d, o, c, u, v)] *
                                       gradient(d, dy, n, o, i + p - u, j + p - v);
                    dx[input_at(d, n, c, i, j)] = sum;
                }
}

/* forward was: y[n,o,i,j] += w[o,c,u,v] x[n,c, i s + u - p, j s + v - p], so dw of a
 * weight is the sum of dy x over all positions where it was used, in the order n, i,
 * j. */
void ref_conv2d_backward_weight(const ConvDims *d, const real *x, const real *dy,
                                real *dw, void *workspace) {
    (void)workspace;
    const int s = d->stride, p = d->pad;
    for (int o = 0; o < d->o; o++)
        for (int c = 0; c < d->c; c++)
            for (int u = 0; u < d->kh; u++)
                for (int v = 0; v < d->kw; v++) {
                    real sum = dw[weight_at(d, o, c, u, v)];
                    for (int n = 0; n < d->n; n++)
                        for (int i = 0; i < d->oh; i++)
                            for (int j = 0; j < d->ow; j++)
                                sum += dy[output_at(d, n, o, i, j)] *
                                       pixel(d, x, n, c, i * s + u - p, j * s + v - p);
                    dw[weight_at(d, o, c, u, v)] = sum;
                }
}
