/* Products of square matrices in double, also in the float build: for the few terms of a
 * loss where large numbers cancel and float is not accurate enough.
 *
 *     dense_multiply(n, a, b, c, DENSE_ALL, workspace);            C = A B
 *
 * Both factors are packed into panels of 8 rows (or columns). The 8 elements of one k are
 * adjacent, so the innermost loop reads memory in order:
 *
 *     x00 x10 ... x70 | x01 x11 ... x71 | ...       panel 0: rows 0 to 7, k = 0, 1 ...
 *
 * Every element of C is one sum over k in order, so that neither the width of a vector
 * nor the number of threads changes a bit. */
#ifndef LOSSES_DENSE_H
#define LOSSES_DENSE_H

#include <stdbool.h>
#include <stddef.h>

#include "losses/dense_simd.h"

/* What of the product is computed: all of it, or, when it is known to be symmetric, one
 * half, which is copied into the other. */
typedef enum DensePart { DENSE_ALL, DENSE_HALF } DensePart;

/* Numbers in the panels of n rows of length `depth`. */
size_t dense_panels(int n, int depth);

/* Elements of workspace that dense_multiply requires. */
size_t dense_workspace(int n);

/* Packs the matrix whose element (r, k) is from[r row + k column]. */
void dense_pack(int n, int depth, const double *from, size_t row, size_t column,
                double *panels);

/* c (n, n) = or += the sum over k of a[i][k] b[j][k], both in panels. */
void dense_product(int n, int depth, const double *a, const double *b, DensePart part,
                   bool add, double *c);

/* C = A B, and C = A^T B; all n x n, row by row. */
void dense_multiply(int n, const double *a, const double *b, double *c, DensePart part,
                    double *workspace);
void dense_multiply_transposed(int n, const double *a, const double *b, double *c,
                               DensePart part, double *workspace);

/* The sum of a_i b_i, and the root of that of a_i^2. */
double dense_dot(size_t size, const double *a, const double *b);
double dense_norm(size_t size, const double *a);

/* I, and the sum of the diagonal. */
void dense_identity(int n, double *a);
double dense_trace(int n, const double *a);

#endif
