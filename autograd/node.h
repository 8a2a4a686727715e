/* Reading a node: its name, its value, and copies that outlive the tape. */
#ifndef AUTOGRAD_NODE_H
#define AUTOGRAD_NODE_H

#include "autograd/tape_nodes.h"

/* Names a node (the text is copied) and returns it, so that calls can be nested. */
Node *node_label(Node *node, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The node's value as a tensor, read in place. A plan must keep it: see tape_plan.h. */
Tensor node_tensor(const Node *node);

/* The value of a scalar node. */
real node_scalar(const Node *node);

/* A copy of the node's value (or gradient) that outlives the tape. */
Tensor tape_keep(Arena *arena, const Node *node);
Tensor tape_keep_grad(Arena *arena, const Node *node);

#endif
