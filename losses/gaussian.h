/* Computes Gaussians from moments (moments.c) in double, and the gradient of the moments:
 * the common part of the style forms w2 and w2-ck.
 *
 *     m = the sums,  C = G - m m^T + 0.0001 I */
#ifndef LOSSES_GAUSSIAN_H
#define LOSSES_GAUSSIAN_H

#include "autograd/node.h"
#include "autograd/op_table.h"

#define GAUSSIAN_EPSILON 1e-4 /* no eigenvalue of C is below it */

/* Mean (c) and covariance (c, c) of one image's moments (2, c + 1, c). */
void gaussian_read(int c, const real *moments, double *mean, double *cov);

/* |m - p|^2 */
double gaussian_shift(int c, const double *m, const double *p);

/* Adds the gradient of dy (|m - p|^2 + ...) / c to that of the moments, dcov being that
 * by the covariance, which need not be symmetric:
 *     dG = dcov,  dsum = 2 (m - p) dy / c - (dcov + dcov^T) m */
void gaussian_pull(int c, double dy, const double *m, const double *p, const double *dcov,
                   real *dmoments);

/* The shape rule of both forms: two moments of one shape. */
void gaussian_check(const Node *y);

#endif
