/* The innermost loops of the flow, for each width of vector register. */
#ifndef FLOW_FLOW_SIMD_H
#define FLOW_FLOW_SIMD_H

#include "tensor/real.h"

/* One row of squares of one colour, and its neighbours of the other. */
typedef struct FlowNeighbours {
    real *own;
    const real *left, *right, *above, *below;
} FlowNeighbours;

/* A row of a system: see sweep.h. */
typedef struct FlowRow {
    FlowNeighbours u, v;
    const real *a, *b, *c, *part;
} FlowRow;

/* Numbers in the window of the median. */
#define FLOW_WINDOW 5

typedef struct FlowCode {
    /* Half a sweep for `count` squares. */
    void (*sweep)(int count, const FlowRow *row, real relaxation);

    /* y[j] = the median of the 5 x 5 numbers row[0..4][j .. j + 4]. */
    void (*median)(int count, const real *const row[FLOW_WINDOW], real *y);
} FlowCode;

/* The fastest version for this processor; all give the same bits. */
const FlowCode *flow_code_best(void);

#endif
