/* The total loss: the one number that the optimiser minimises,
 *
 *     J = alpha content + beta style + gamma tv        documents 000 (4.4), 002 (2.4)
 *
 * and each of the three may be a sum over layers with its own weights.
 *
 *     Node *total = ag_weighted_sum(3, (Node *[]){content, style, tv},
 *                                   (double[]){1, 1e3, 1e-4});
 *
 * or, where some of the weights may be 0:
 *
 *     Node *total = ag_add_term(NULL, content, 1);
 *     total = ag_add_term(total, tv, 0);                  still content alone */
#ifndef LOSSES_TOTAL_H
#define LOSSES_TOTAL_H

#include "autograd/tape.h"

/* weights[0] terms[0] + weights[1] terms[1] + ..., from left to right; all terms of one
 * shape, count >= 1. A term with weight 0 still costs its backward pass and a NaN in it
 * still spreads: leave it out instead. */
Node *ag_weighted_sum(int count, Node *const *terms, const double *weights);

/* sum + weight term. A sum that is NULL is empty. A term with weight 0 is left out, so
 * the backward pass does not compute its gradient: the result is the sum as it was. */
Node *ag_add_term(Node *sum, Node *term, double weight);

#endif
