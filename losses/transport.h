/* The cost and the map of moving one Gaussian into another: for symmetric positive C and
 * P with no eigenvalue below `least`,
 *
 *     trace = tr (P^(1/2) C P^(1/2))^(1/2)
 *     map   = P^(1/2) (P^(1/2) C P^(1/2))^(-1/2) P^(1/2),   d trace = sum (map dC) / 2
 *
 * No root of a matrix is taken. With C = A^T A and P = B^T B (Cholesky, A and B upper
 * triangular) and the polar decomposition M = A B^T = U H, U orthogonal,
 *
 *     trace = tr H = sum of U_ij M_ij,    map = A^(-1) U B
 *
 * whose condition number is the square root of that of P^(1/2) C P^(1/2).
 * U is computed by products only: X = M / |M|, and then
 *
 *     X = k X (3 I - k^2 X^T X) / 2,   k^2 = 3 / (1 + l + l^2)
 *
 * where l is the smallest singular value of X, known from `least`: the step that
 * increases l most without any value above 1 (Chen and Chow 2014). A step with k = 1 from
 * a residual |X^T X - I| / sqrt n of at most TRANSPORT_RESIDUAL is the last: it squares
 * the residual, so that only rounding is left. Where no step gets that far, because the
 * numbers are not finite, transport_trace returns NaN. */
#ifndef LOSSES_TRANSPORT_H
#define LOSSES_TRANSPORT_H

#include <stddef.h>

#define TRANSPORT_RESIDUAL 1e-8
enum { TRANSPORT_MAX_STEPS = 100 };

/* Matrices (n, n) that stay, for the map. */
typedef struct Transport {
    int n;
    double *a, *b, *u;
} Transport;

/* Elements of workspace for either call. */
size_t transport_workspace(int n);

/* Reads C and P from t->a and t->b and leaves A, B and U. */
double transport_trace(Transport *t, double least, double *workspace);

/* map (n, n) of C to P, and of P to C. */
void transport_map(const Transport *t, double *map, double *workspace);
void transport_map_back(const Transport *t, double *map, double *workspace);

#endif
