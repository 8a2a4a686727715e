/* The mean and the covariance of the colours of an image, and powers of that matrix by
 * the Jacobi eigenvalue algorithm. */
#ifndef TRANSFER_COVARIANCE_H
#define TRANSFER_COVARIANCE_H

#include "tensor/tensor.h"

typedef struct Covariance {
    double mean[3], c[3][3]; /* over all pixels: sums are divided by their number */
} Covariance;

/* x (1,3,h,w). */
Covariance covariance_of(Tensor x);

/* out = c^exponent of a symmetric matrix without negative eigenvalues: the eigenvectors
 * stay, each eigenvalue is raised to the power. For negative exponents eigenvalues below
 * COVARIANCE_LEAST count as COVARIANCE_LEAST. */
void covariance_power(double c[3][3], double exponent, double out[3][3]);

#define COVARIANCE_LEAST 1e-6 /* about 1 / (12 255^2), the rounding of a byte */

#endif
