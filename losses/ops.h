/* The ops that losses are made of. Most programs need the named conventions built from
 * them: content.h, style.h, tv.h.
 *
 *     Node *g = ag_gram(features, (Gram){.divisor = h * w});
 *     Node *loss = ag_squared_distance(g, target, (SquaredDistance){.factor = 0.25});
 *
 * Every sum is added in double, whatever `real` is. */
#ifndef LOSSES_OPS_H
#define LOSSES_OPS_H

#include "autograd/node.h"
#include "autograd/op_table.h"

/* For F (n, c, h, w): G (n, 1, c, c), the products of all pairs of channels. */
typedef struct Gram {
    double divisor; /* G = F F^T / divisor; not 0 */
} Gram;

/* See moments.c: the distances w2 and w2_ck require the divisor h w. */
typedef struct Moments {
    double divisor; /* of second moments and sums; not 0 */
} Moments;

/* a and b of one shape -> a scalar */
typedef struct SquaredDistance {
    double factor; /* y = factor * sum (a - b)^2 */
} SquaredDistance;

/* a and b of one shape -> a scalar */
typedef struct AbsoluteDistance {
    double factor; /* y = factor * sum |a - b| */
} AbsoluteDistance;

/* See tv_weighted.c. */
typedef struct TvWeighted {
    double down, right; /* factors of differences to the neighbour below, to the right */
    double diagonal;    /* and of those along both diagonals; 0: none */
    bool absolute;      /* |d| instead of d^2 */
    bool cropped;       /* without the last row and the last column */
} TvWeighted;

/* What relative_distance divides by: the sum of the target's squares, or, when that is
 * nothing, its number of elements. */
double relative_unit(double squares, size_t size);

/* For images that belong to classes 0, 1, ...: x is (n, classes, 1, 1). */
typedef struct CrossEntropy {
    const int *label; /* of each image; read in place, so a new batch brings its own */
} CrossEntropy;

#define OPS_FILE "losses/ops.def"
#include "autograd/op_declare.inc"
#undef OPS_FILE

/* All of these ops. */
extern const OpTable loss_ops;

#endif
