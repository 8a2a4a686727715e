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

/* How many lines there are, and where line number k begins. */
size_t lines_count(Lines lines);
size_t lines_start(Lines lines, size_t k);

#endif
