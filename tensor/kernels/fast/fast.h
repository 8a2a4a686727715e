/* The functions of the table kernels_fast, for the files of this folder. Arguments as in
 * tensor/kernels/kernels.h; sums of fused multiply-adds, not in the order of the
 * reference. */
#ifndef TENSOR_KERNELS_FAST_FAST_H
#define TENSOR_KERNELS_FAST_FAST_H

#include "tensor/kernels/kernels.h"

void fast_product(const GemmDims *d, const real *a, const real *b, real *c);

void fast_gram_forward(int n, int c, size_t m, double divisor, const real *f, real *g);
void fast_gram_backward(int n, int c, size_t m, double divisor, const real *f,
                        const real *dg, real *df, bool add);

/* Convolutions with 1x1 windows, stride 1 and no padding: one matrix product. */
bool conv1x1_suits(const ConvDims *d);
void conv1x1_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                     real *y);
void conv1x1_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                           bool add);

/* The gradient with respect to the input, for all other sizes. */
size_t scatter_workspace(const ConvDims *d);
void scatter_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                           bool add, void *workspace);

#endif
