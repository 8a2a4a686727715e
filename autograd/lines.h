/* A tensor as lines along one axis.
 *
 * Seen as (outer, length, step), where length is the side of the axis, step the product
 * of the sides after it and outer of those before, element k of line (o, i) is number
 * (o length + k) step + i:
 *
 *     (2,3,1,4) along axis 1: outer 2, length 3, step 4, and 8 lines */
#ifndef AUTOGRAD_LINES_H
#define AUTOGRAD_LINES_H

#include "autograd/op.h"

typedef struct Lines {
    size_t outer, length, step;
} Lines;

/* `name`: the op, for the message when there is no such axis. */
Lines lines_along(Shape shape, int axis, const char *name);

/* Up to LINES_SIDE_BY_SIDE lines that begin next to each other in memory: element k of
 * the j-th of them is at `start + k step + j`. They are read together, because alone each
 * would read one number of a cache line. */
#define LINES_SIDE_BY_SIDE 32

typedef struct Bundle {
    size_t start, width;
} Bundle;

/* How many bundles there are, and number i of them. */
size_t lines_bundles(Lines lines);
Bundle lines_bundle(Lines lines, size_t i);

/* The largest element of each of `width` lines side by side, from x on. */
void lines_largest(Lines lines, size_t width, const real *x, real *largest);

#endif
