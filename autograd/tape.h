/* The tape: reverse-mode automatic differentiation of a computational graph.
 *
 * Every ag_ function computes a value at once and appends a node that records how. The
 * order of creation is a topological order, so the forward pass walks up the array of
 * nodes and the backward pass (backpropagation, the chain rule) walks down.
 *
 *     Tape *tape = tape_new();
 *     Node *a = tape_variable(tape, x);            x: a Tensor, read in place
 *     Node *b = ag_add(a, a);
 *     Node *c = ag_sum(ag_add(b, b));
 *     tape_backward(tape, c);                      now a->grad is 4 everywhere
 *     x.data[0] = 7;
 *     tape_forward(tape);                          same graph, new numbers
 *     tape_free(tape);
 *
 * A training loop records once and replays; nothing is allocated after the first round.
 * A new image size is a new tape. op.h says what an op is, node.h reads values, and
 * tape_plan.h has tapes that need less memory. */
#ifndef AUTOGRAD_TAPE_H
#define AUTOGRAD_TAPE_H

#include "tensor/tensor.h"

typedef struct Tape Tape;
typedef struct Node Node;
typedef struct Op Op;

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
    const char *label;  /* a name for messages and drawings; or NULL */
    /* Bookkeeping of the tape. */
    size_t save_bytes; /* length of saved */
    bool reached;      /* the last backward pass went through this node */
    bool blank;        /* grad is not initialised: see node_blank() */
};

Tape *tape_new(void);
void tape_free(Tape *tape); /* with all nodes, values and gradients; NULL is allowed */

/* Leaves. The values stay in the caller's tensor, which must outlive the tape; changing
 * them and calling tape_forward is how inputs change. A variable has a gradient. */
Node *tape_variable(Tape *tape, Tensor x);
Node *tape_constant(Tape *tape, Tensor x);

/* Recomputes every node in order. */
void tape_forward(Tape *tape);

/* Sets every gradient to 0, that of `loss` to 1, and walks back. The loss must be a
 * scalar to which a variable leads. Nodes that do not lead to the loss are not visited. */
void tape_backward(Tape *tape, Node *loss);

/* The same from any node y with a given d loss / d y: shape_size(y->shape) elements. */
void tape_backward_from(Tape *tape, Node *y, const real *seed);

#endif
