#include "tensor/kernels/ref/ref.h"

/* C[i,j] = sum over k of A[i,k] B[k,j]: three loops, the sum innermost. */
void ref_gemm(const GemmDims *d, const real *a, const real *b, real *c) {
    const ptrdiff_t lda = d->lda, ldb = d->ldb, ldc = d->ldc;
    for (int i = 0; i < d->m; i++)
        for (int j = 0; j < d->n; j++) {
            real sum = d->accumulate ? c[i * ldc + j] : 0;
            for (int k = 0; k < d->k; k++) {
                real a_ik = d->transpose_a ? a[k * lda + i] : a[i * lda + k];
                real b_kj = d->transpose_b ? b[j * ldb + k] : b[k * ldb + j];
                sum += a_ik * b_kj;
            }
            c[i * ldc + j] = sum;
        }
}
