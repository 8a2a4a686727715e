/* The square root of a symmetric positive matrix, by products alone (Newton and Schulz):
 *
 *     Y = A / |A|,  Z = I;   twelve times  T = (3 I - Z Y) / 2,  Y = Y T,  Z = T Z
 *
 * Then Y sqrt|A| is close to A^(1/2). Eigenvalues below |A| / 10^4 have not arrived yet:
 * a step makes a small one larger by 2.25 at most. The number of steps is that of
 * Crowson's program, whose losses the form w2 repeats. */
#ifndef LOSSES_MATRIX_ROOT_H
#define LOSSES_MATRIX_ROOT_H

#include "tensor/real.h"

enum { MATRIX_ROOT_SCRATCH = 3 }; /* matrices of n x n numbers */

/* root = A^(1/2); all matrices n x n, row by row. */
void matrix_root(int n, const real *a, real *root, real *scratch);

/* slope = R^-1 for the root R of A, in the same twelve steps, so that
 * d trace(A^(1/2)) = trace(slope dA) / 2. */
void matrix_root_slope(int n, const real *root, real *slope, real *scratch);

#endif
