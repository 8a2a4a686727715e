/* The parts of tape_backward_from, for other ways to run a backward pass. */
#ifndef AUTOGRAD_TAPE_BACKWARD_H
#define AUTOGRAD_TAPE_BACKWARD_H

#include "autograd/op.h"

/* Gives y the seed as its gradient. */
void tape_backward_start(Tape *tape, Node *y, const real *seed);

/* Passes the gradient of y on to its inputs, if it has got one. */
void tape_backward_step(Node *y);

/* Sets the gradients to 0 that no step reached. */
void tape_backward_finish(Tape *tape);

#endif
