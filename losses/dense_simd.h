/* The innermost product of dense.h, for each width of vector register. */
#ifndef LOSSES_DENSE_SIMD_H
#define LOSSES_DENSE_SIMD_H

#define DENSE_WIDTH 8 /* rows in a panel */

typedef struct DenseCode {
    /* tile (8, 8) = the sum over k of a[k][i] b[k][j] for one panel of each factor. */
    void (*tile)(int depth, const double *a, const double *b, double *tile);
} DenseCode;

/* The fastest version for this processor; all give the same bits. */
const DenseCode *dense_code_best(void);

#endif
