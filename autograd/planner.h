/* What the files of the planner share while a plan is made. */
#ifndef AUTOGRAD_PLANNER_H
#define AUTOGRAD_PLANNER_H

#include "autograd/plan_types.h"

typedef struct Planner {
    Node *const *node; /* in topological order */
    int nodes;
    const Node *loss; /* or NULL */
    Plan *plan;
    /* Facts about each node. */
    bool *wants; /* a variable leads to it: it has a gradient */
    bool *runs;  /* and it leads to the loss: its backward will run */
    bool halves; /* values may be stored in 16 bits */
    bool *stays; /* its value outlives the plan's steps: a scalar, or named to be kept */
    /* Choices. */
    int forwards, backwards; /* how many nodes run in each pass */
    int *forward, *backward; /* which, in their order */
    /* A checkpoint: what backward reads of this node stays live. Without one it is dropped
     * and rematerialised. */
    bool *keeps;
    int tries; /* how many more orders or choices a search may try */
    /* Workspace of the searches: for each node, and for each step. */
    int *now, *last, *last_full, *last_saved;
    double *change;
} Planner;

/* Bounds of any plan: each node runs forward, again, and backward; it has two values, two
 * saved blocks and a gradient. */
#define MAX_STEPS(nodes) (3 * (nodes))
#define MAX_SPANS(nodes) (5 * (nodes))

#endif
