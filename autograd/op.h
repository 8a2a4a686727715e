/* An op is one kind of operation, and a file that holds all of it, such as mul.c. How an
 * op is declared: op_table.h. */
#ifndef AUTOGRAD_OP_H
#define AUTOGRAD_OP_H

#include "autograd/op_plan.h"

struct Op {
    const char *name;
    const char *math;       /* the forward formula, for tape_print and the docs */
    const char *derivative; /* the backward formula, for the docs */
    /* Checks the inputs' shapes, sets y->shape, and may call node_save(). */
    void (*shape)(Node *y);
    /* Overwrites y->value, computed from the inputs' values. */
    void (*forward)(Node *y);
    /* ADDS to the grad of each input that has one (grad != NULL). */
    void (*backward)(Node *y);
    OpPlan plan; /* for planned tapes */
    /* Records the op on odd sizes with different inputs, away from its kinks. */
    Node *(*example)(Tape *tape);
    /* For an op with kinks (ReLU, max pooling, abs): which smooth piece element i of y was
     * computed on, for the gradient checker. NULL for smooth ops. */
    int (*piece)(const Node *y, size_t i);
};

extern const Op op_variable, op_constant;

/* Appends a node: copies inputs and parameters (params_size bytes, may be 0), runs the
 * op's shape rule, allocates value and grad, runs forward. On a planned tape the last two
 * wait for the plan, so a shape rule may read shapes and parameters only. */
Node *tape_record(const Op *op, int inputs, Node *const *in, const void *params,
                  size_t params_size);

#endif
