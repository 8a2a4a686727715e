/* Memory for ops: bytes saved for backward, a workspace, the leaves of an example. */
#ifndef AUTOGRAD_OP_MEMORY_H
#define AUTOGRAD_OP_MEMORY_H

#include "autograd/op.h"

/* Reserves bytes in y->saved that forward may fill for backward; for shape rules. */
void node_save(Node *y, size_t bytes);

/* Whether the gradient of x is not initialised yet, so that an op with .fills must write
 * it instead of adding. True only for the first call. */
bool node_blank(Node *x);

/* A workspace shared by all nodes of the tape, at least `bytes`, contents undefined; it
 * lasts until the next call. */
void *tape_workspace(Tape *tape, size_t bytes);

/* Leaves filled with normal random numbers, for an op's example(): the values live in the
 * tape and depend on the seed and on the number of nodes before them. */
Node *tape_example_variable(Tape *tape, Shape shape);
Node *tape_example_constant(Tape *tape, Shape shape);

#endif
