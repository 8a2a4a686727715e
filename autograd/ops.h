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

typedef struct Scale {
    double factor;
} Scale;

typedef struct Shift {
    double term;
} Shift;

typedef struct Pow {
    double exponent; /* an integer, or every element of x is at least 0 */
} Pow;

typedef struct Clamp {
    double low, high; /* low <= high; -INFINITY, INFINITY: no bound */
} Clamp;

/* One axis of (n, c, h, w). */
typedef struct Axis {
    int axis; /* 0, 1, 2, 3: images, channels, rows, columns */
} Axis;

/* The axes that are summed over, whose sides become 1. */
typedef struct Axes {
    bool n, c, h, w;
} Axes;

typedef struct Broadcast {
    Shape shape; /* of y; a side of x is the same, or 1 */
} Broadcast;

typedef struct Reshape {
    Shape shape; /* of y, with as many elements as x */
} Reshape;

typedef struct Slice {
    int axis; /* 0, 1, 2, 3: images, channels, rows, columns */
    int start, count;
} Slice;

typedef struct Crop {
    int h, w; /* of y; the box is an input: see crop.c */
} Crop;

typedef struct Matmul {
    bool transpose_a, transpose_b; /* Y = A^T B, A B^T, A^T B^T */
} Matmul;

#define OPS_FILE "autograd/ops.def"
#include "autograd/op_declare.inc"
#undef OPS_FILE

extern const OpTable autograd_ops;

#endif
