/* A dilated convolution, whose windows read every e-th pixel, from undilated ones.
 *
 *     y[i] = sum over u of w[u] x[i s + u e - p]            likewise for columns
 *
 * Outputs that are e / gcd(s, e) apart read pixels of one lattice of x with step e: on
 * this lattice they are a convolution with stride s / gcd(s, e). So x and y fall apart
 * into lattices, and each pair of them is one call of the kernels.
 *
 *     e = 2, s = 1       x  a b a b a b      y  a b a b
 *                           c d c d c d         c d c d       four convolutions
 *                           a b a b a b         a b a b
 *
 * y: a node of conv2d; dy: its gradient (or what a ReLU left of it). */
#ifndef NN_DILATED_H
#define NN_DILATED_H

#include "autograd/op.h"

size_t dilated_workspace(const Node *y);
void dilated_forward(Node *y, real *workspace);
void dilated_backward_data(Node *y, const real *dy, real *workspace);
void dilated_backward_weight(Node *y, const real *dy, real *workspace);

#endif
