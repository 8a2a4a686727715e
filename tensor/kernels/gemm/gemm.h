/* The functions of the table kernels_gemm, for the files of this folder. Arguments as in
 * tensor/kernels/kernels.h, sums in the order of tensor/kernels/ref/ref.h. */
#ifndef TENSOR_KERNELS_GEMM_GEMM_H
#define TENSOR_KERNELS_GEMM_GEMM_H

#include "tensor/kernels/kernels.h"

void gemm_product(const GemmDims *d, const real *a, const real *b, real *c);

size_t gemm_conv2d_workspace(const ConvDims *d);
void gemm_conv2d_forward(const ConvDims *d, const real *x, const real *w, const real *b,
                         real *y, void *workspace);
void gemm_conv2d_backward_data(const ConvDims *d, const real *dy, const real *w, real *dx,
                               bool add, void *workspace);
void gemm_conv2d_backward_weight(const ConvDims *d, const real *x, const real *dy,
                                 real *dw, void *workspace);

void gemm_gram_forward(int n, int c, size_t m, double divisor, const real *f, real *g);
void gemm_gram_backward(int n, int c, size_t m, double divisor, const real *f,
                        const real *dg, real *df, bool add);

void gemm_max_pool_forward(const PoolDims *d, const real *x, real *y, uint8_t *winner);
void gemm_max_pool_backward(const PoolDims *d, const real *dy, const uint8_t *winner,
                            real *dx, bool add);
void gemm_avg_pool_forward(const PoolDims *d, const real *x, real *y);
void gemm_avg_pool_backward(const PoolDims *d, const real *dy, real *dx, bool add);

#endif
