/* A small tensor spread over a large one: along every axis its side is that of the large
 * one, or 1 and then repeated.
 *
 *     small (1,3,1,1)  large (2,3,4,4)     one number for each channel
 *
 * The adjoint of spreading is to sum: element i of the small tensor meets all elements of
 * the large one that are copies of it. Sums are added in double. */
#ifndef AUTOGRAD_SPREAD_H
#define AUTOGRAD_SPREAD_H

#include "tensor/tensor.h"

bool spread_fits(Shape small, Shape large);

/* to = from, spread; or to += factor from. */
void spread_copy(Shape small, const real *from, Shape large, real *to);
void spread_add(Shape small, const real *from, real factor, Shape large, real *to);

/* sums (as many as small has elements) = the sums of from. */
void spread_sum(Shape large, const real *from, Shape small, double *sums);

#endif
