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
 * A new image size is a new tape. op.h has nodes and ops, node.h reads values, and
 * tape_plan.h has tapes that need less memory. */
#ifndef AUTOGRAD_TAPE_H
#define AUTOGRAD_TAPE_H

#include "autograd/op.h"

/* An empty tape. It and all nodes, values and gradients on it are freed by tape_free. */
Tape *tape_new(void);
void tape_free(Tape *tape); /* NULL is allowed */

/* Leaves. The values stay in the caller's tensor, which must outlive the tape; changing
 * them and calling tape_forward is how inputs change. A variable has a gradient. */
Node *tape_variable(Tape *tape, Tensor x);
Node *tape_constant(Tape *tape, Tensor x);

/* Appends a node to the tape of its inputs: copies the `inputs` pointers of `in` and the
 * parameters (params_size bytes at params, may be 0), runs the op's shape rule,
 * allocates value and grad, runs forward. On a planned tape the last two come with the
 * plan, so a shape rule may read shapes and parameters only. */
Node *tape_record(const Op *op, int inputs, Node *const *in, const void *params,
                  size_t params_size);

/* Recomputes every node in order. */
void tape_forward(Tape *tape);

/* Sets every gradient to 0, that of `loss` to 1, and walks back. The loss must be a
 * scalar to which a variable leads. Nodes that do not lead to it are not visited. */
void tape_backward(Tape *tape, Node *loss);

/* The same from any node y with a given d loss / d y, the `seed`: shape_size(y->shape)
 * elements. */
void tape_backward_from(Tape *tape, Node *y, const real *seed);

#endif
