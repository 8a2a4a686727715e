/* The computational graph: nodes, and ops. An op is one kind of operation, with one
 * file, such as mul.c. How an op is declared: op_table.h. */
#ifndef AUTOGRAD_OP_H
#define AUTOGRAD_OP_H

#include "autograd/op_plan.h"
#include "tensor/halves.h"

/* Nodes in the order in which they were recorded: see tape.h. */
typedef struct Tape Tape;
/* One kind of operation. */
typedef struct Op Op;

/* One value of the graph, and how it is computed. */
struct Node {
    const Op *op;       /* what made it; op_variable or op_constant for a leaf */
    Tape *tape;         /* where it is recorded */
    int id;             /* its position on the tape */
    int inputs;         /* number of inputs */
    Node **in;          /* the inputs, all with smaller ids */
    Shape shape;        /* of value and grad */
    real *value;        /* shape_size(shape) elements */
    real *grad;         /* as many, d loss / d value; NULL when no variable leads here */
    const void *params; /* the op's parameter struct, copied by the tape; or NULL */
    void *saved;        /* what forward stores for backward; or NULL */
    Halves halves;      /* the value, when a plan stores it in 16 bits; else no bits */
    const char *label;  /* a name for messages and drawings; or NULL */
    /* Bookkeeping of the tape. */
    size_t save_bytes; /* length of saved */
    bool reached;      /* the last backward pass went through this node */
    bool blank;        /* grad is not initialised: see node_blank() */
};

/* What the tape knows of one kind of operation. */
struct Op {
    const char *name;       /* as in ag_NAME */
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
    /* For an op with kinks (ReLU, max pooling, abs): which smooth piece element i of y
     * was computed on, for the gradient checker. NULL for smooth ops. */
    int (*piece)(const Node *y, size_t i);
};

/* The ops of leaves with and without a gradient. */
extern const Op op_variable, op_constant;

#endif
