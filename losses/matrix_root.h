/* The square root of a symmetric positive matrix as Crowson's program takes it, by
 * products alone (Newton and Schulz), in double:
 *
 *     Y = A / |A|,  Z = I;   twelve times  T = (3 I - Z Y) / 2,  Y = Y T,  Z = T Z
 *
 * Then Y sqrt|A| is close to A^(1/2). Eigenvalues below |A| / 10^4 have not converged: a
 * step enlarges a small one by a factor of 2.25 at most. The number of steps is that of
 * Crowson's program, whose losses the form w2-ck repeats; the form w2 takes no root
 * (transport.h). */
#ifndef LOSSES_MATRIX_ROOT_H
#define LOSSES_MATRIX_ROOT_H

#include <stddef.h>

/* Elements of workspace for either call. */
size_t matrix_root_workspace(int n);

/* root = A^(1/2); all matrices n x n, row by row. */
void matrix_root(int n, const double *a, double *root, double *workspace);

/* slope = R^-1 for the root R of A, in the same twelve steps, so that
 * d trace(A^(1/2)) is about trace(slope dA) / 2. */
void matrix_root_slope(int n, const double *root, double *slope, double *workspace);

#endif
