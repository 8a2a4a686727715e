/* The elementary operations: one file each, one line each in ops.def.
 *
 *     Node *loss = ag_sum(ag_square(ag_sub(a, b)));
 *
 * Each ag_ function computes its value now and records a node for later. Shapes must
 * agree exactly; only ag_broadcast repeats elements. Formulas: in the op's file, and in
 * tape_print. */
#ifndef AUTOGRAD_OPS_H
#define AUTOGRAD_OPS_H

#include "autograd/node.h"
#include "autograd/op_table.h"

/* y = factor x */
typedef struct Scale {
    double factor; /* any number */
} Scale;

/* y = x + term */
typedef struct Shift {
    double term; /* any number */
} Shift;

/* y = x^exponent */
typedef struct Pow {
    double exponent; /* an integer, or every element of x is at least 0 */
} Pow;

/* y = min(max(x, low), high) */
typedef struct Clamp {
    double low, high; /* low <= high; -INFINITY, INFINITY: no bound */
} Clamp;

/* One axis of (n, c, h, w). */
typedef struct Axis {
    int axis; /* 0, 1, 2, 3: images, channels, rows, columns */
} Axis;

/* The axes that are summed over, whose sides become 1. */
typedef struct Axes {
    bool n, c, h, w; /* images, channels, rows, columns */
} Axes;

/* y = x, repeated along the sides of x that are 1 */
typedef struct Broadcast {
    Shape shape; /* of y; a side of x is the same, or 1 */
} Broadcast;

/* y = the elements of x, in their order */
typedef struct Reshape {
    Shape shape; /* of y, with as many elements as x */
} Reshape;

/* y = `count` places of x from `start` on, along one axis */
typedef struct Slice {
    int axis;         /* 0, 1, 2, 3: images, channels, rows, columns */
    int start, count; /* places, from 0; inside of x */
} Slice;

/* y = a rectangle of x */
typedef struct Crop {
    int h, w; /* of y; the box is an input: see crop.c */
} Crop;

/* Y = A B, or with A or B transposed */
typedef struct Matmul {
    bool transpose_a, transpose_b; /* Y = A^T B, A B^T, A^T B^T */
} Matmul;

#define OPS_FILE "autograd/ops.def"
#include "autograd/op_declare.inc"
#undef OPS_FILE

/* All of these ops. */
extern const OpTable autograd_ops;

#endif
