/* What an op tells the planner about its passes: tape_plan.h. */
#ifndef AUTOGRAD_OP_PLAN_H
#define AUTOGRAD_OP_PLAN_H

#include "tensor/tensor.h"

typedef struct Node Node;

/* What backward reads apart from dy, its parameters and node_save(). */
enum {
    READS_ALL = 0, /* not declared: the planner assumes everything */
    READS_NOTHING = 1,
    READS_INPUTS = 2, /* the values of its inputs */
    READS_OTHERS = 4, /* a product: for the gradient of one input, the values of the
                         other inputs */
    READS_OUTPUT = 8  /* its own value */
};

typedef struct OpPlan {
    unsigned reads; /* READS_... | READS_... */
    /* Multiply-adds of forward, where they take more time than reading and writing; NULL
     * for none. */
    double (*work)(const Node *y);
    /* Bytes of tape_scratch that either pass asks for on a planned tape, or NULL. */
    size_t (*scratch)(const Node *y);
    /* Both passes also work when y is stored over its only input: forward with
     * y->value == x->value, and backward with x->grad == y->grad, where it does not add
     * but replaces dy by 0 + dx. */
    bool in_place;
    /* Backward asks node_blank() about its first input and, where that is true, writes
     * the whole gradient instead of adding, so that nothing has to clear it before. */
    bool fills;
} OpPlan;

#endif
