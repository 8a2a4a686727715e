/* Looking at a recorded tape. */
#ifndef AUTOGRAD_TAPE_NODES_H
#define AUTOGRAD_TAPE_NODES_H

#include "autograd/op.h"

/* The nodes in order, and their number: id from 0 to tape_size - 1. */
int tape_size(const Tape *tape);
Node *tape_node(const Tape *tape, int id);

/* Bytes that the tape holds: values of its own nodes, gradients, workspace. */
size_t tape_bytes(const Tape *tape);

#endif
