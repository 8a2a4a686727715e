/* The functions behind the table kernels_fast, for its own files. Arguments as in
 * tensor/kernels.h; sums of fused multiply-adds, not in the order of the reference. */
#ifndef TENSOR_KERNELS_FAST_H
#define TENSOR_KERNELS_FAST_H

#include "tensor/kernels.h"
#include "tensor/kernels_gemm.h"

void fast_product(const GemmDims *d, const real *a, const real *b, real *c);

void fast_gram_forward(int n, int c, size_t m, double divisor, const real *f, real *g);
void fast_gram_backward(int n, int c, size_t m, double divisor, const real *f,
                        const real *dg, real *df);

#endif
