/* The properties of an op that the planner uses: see tape_plan.h. */
#ifndef AUTOGRAD_OP_PLAN_H
#define AUTOGRAD_OP_PLAN_H

#include "tensor/tensor.h"

typedef struct Node Node;

/* What backward reads apart from dy, its parameters and node_save(). */
enum {
    READS_ALL = 0,     /* not declared: the planner assumes everything */
    READS_NOTHING = 1, /* neither inputs nor output */
    READS_INPUTS = 2,  /* the values of its inputs */
    READS_OTHERS = 4,  /* a product: for the gradient of one input, the values of the
                         other inputs */
    READS_OUTPUT = 8   /* its own value */
};

/* Zeros are right for every op: then nothing is saved. */
typedef struct OpPlan {
    unsigned reads; /* READS_... | READS_... */
    /* Multiply-adds of forward, for ops whose time is that of arithmetic; NULL if it is
     * that of reading and writing memory. */
    double (*work)(const Node *y);
    /* Bytes of tape_workspace that a pass on a planned tape uses at most, or NULL. */
    size_t (*workspace)(const Node *y);
    /* Both passes also work when y is stored over its only input: forward with
     * y->value == x->value, and backward with x->grad == y->grad, where it does not add
     * but replaces dy by 0 + dx. */
    bool in_place;
    /* Forward also works when y is stored over its first input, which has the shape of y:
     * for a tape that only runs forward. */
    bool over_first;
    /* Backward calls node_blank() for its first input and, if that is true, writes the
     * whole gradient instead of adding, so that it need not be set to zero before. */
    bool fills;
    bool fills_all; /* the same for every input */
    /* Backward can read its inputs as node->halves, so that a plan may store them in 16
     * bits meanwhile. Only for products: a difference of nearly equal numbers would lose
     * all of their bits. */
    bool reads_halves;
} OpPlan;

#endif
