/* The textbook loops, to be read, quoted and called: every formula of
 * tensor/kernels/kernels.h written as it is, one loop per index, on one thread.
 *
 *     kernels = &kernels_ref;            everything on top now runs on these loops
 *     ref_conv2d_forward(&d, x, w, b, y, NULL);
 *
 * They say what the fast kernels must compute, to the bit, and are slow: a 256-channel
 * layer takes seconds instead of milliseconds. Arguments as in the table `Kernels`. */
#ifndef TENSOR_KERNELS_REF_REF_H
#define TENSOR_KERNELS_REF_REF_H

#include "tensor/kernels/kernels.h"

void ref_gemm(const GemmDims *d, const real *a, const real *b, real *c);

void ref_conv2d_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                        real *y, void *workspace);
void ref_conv2d_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                              bool add, void *workspace);
void ref_conv2d_backward_weight(const ConvDims *d, const real *x, const real *dy,
                                real *dw, void *workspace);

/* Convolution as a matrix product, for one image (d->n is not used). im2col lays every
 * window out as one column:
 *
 *     x (c, h, w)  ->  columns (c kh kw, oh ow)
 *     columns[(c, u, v), (i, j)] = x[c, i s + u - p, j s + v - p],  0 outside
 *
 * so that y = w columns, with w seen as (o, c kh kw). */
void im2col(const ConvDims *d, const real *x, real *columns);

/* The adjoint: every column entry is ADDED to the pixel it was copied from, so that
 * <im2col(x), columns> = <x, col2im(columns)>. With columns = w^T dy this is the gradient
 * of the convolution with respect to x. */
void col2im(const ConvDims *d, const real *columns, real *x);

/* Positions that gram_forward adds in `real` before it goes on in double. A float sum
 * loses about one bit for each doubling of its length; in pieces of 256 the loss stays
 * below 2e-5 however large the image is. */
#define GRAM_CHUNK 256

void ref_gram_forward(int n, int c, size_t m, double divisor, const real *f, real *g);
void ref_gram_backward(int n, int c, size_t m, double divisor, const real *f,
                       const real *dg, real *df, bool add);

/* Element (a, b) of (dG + dG^T) / divisor, for dG of c x c. */
real gram_symmetric(const real *dg, int c, ptrdiff_t a, ptrdiff_t b, double divisor);

void ref_max_pool_forward(const PoolDims *d, const real *x, real *y, uint8_t *winner);
void ref_max_pool_backward(const PoolDims *d, const real *dy, const uint8_t *winner,
                           real *dx, bool add);
void ref_avg_pool_forward(const PoolDims *d, const real *x, real *y);
void ref_avg_pool_backward(const PoolDims *d, const real *dy, real *dx, bool add);

#endif
