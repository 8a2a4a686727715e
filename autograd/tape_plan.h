/* Planned tapes: the same results in less memory.
 *
 * For a large image, memory cannot hold every value and every gradient at once. A
 * planned tape computes nothing until it has a plan, which names the values to be kept:
 *
 *     Tape *tape = tape_new_planned();
 *     ...                                          record as usual: nothing is computed
 *     tape_plan(tape, loss, 1, &features);         assigns memory, and runs forward
 *     tape_backward(tape, loss);                   the same bits as without a plan
 *
 * The value of a node that is neither kept nor a scalar, and the gradient of a node that
 * is no variable, are overwritten as soon as nothing on the tape reads them any more. */
#ifndef AUTOGRAD_TAPE_PLAN_H
#define AUTOGRAD_TAPE_PLAN_H

#include "autograd/plan_types.h"

/* A tape that records without computing, until tape_plan. */
Tape *tape_new_planned(void);

/* A sketch reports what a tape would hold, without allocating it: it is recorded and
 * planned like a planned tape, but its nodes have no values, tape_forward and
 * tape_backward do nothing, tape_keep gives zeros, and tape_bytes is what the real tape
 * would hold. */
Tape *tape_new_sketch(void);
bool tape_is_sketch(const Tape *tape);

/* Ends the recording on a planned tape: assigns a part of one block of memory to every
 * value and gradient, and runs forward. Backward may then start at `loss` only, once
 * after each forward pass; without a loss (NULL) there is none. The `keep` nodes of
 * `kept`, and all scalars, hold their values until the next tape_forward. See plan.h. */
void tape_plan(Tape *tape, const Node *loss, int keep, Node *const *kept);

/* The same, with the `keep` nodes of `kept`, in less memory and more time, with gradient
 * checkpointing (Chen et al., 2016, "Training Deep Nets with Sublinear Memory Cost"):
 * values that backward reads may be dropped and rematerialised when they are needed,
 * each of them once, so that a step costs one more forward pass at most. The results
 * have the same bits. Planning takes time quadratic in the number of nodes. See
 * plan_search.h. */
void tape_plan_recompute(Tape *tape, const Node *loss, int keep, Node *const *kept);

/* The same, with the `keep` nodes of `kept` and any of the options. With `halves`, what only
 * backward still reads is stored in 16 bits, when it is read by ops that can widen it
 * (OpPlan.reads_halves): the losses have the same bits, the gradients are those of features
 * rounded to 11 bits (tensor/halves.h). */
void tape_plan_with(Tape *tape, const Node *loss, int keep, Node *const *kept,
                    PlanOptions options);

/* The plan of this tape, or NULL: see plan_types.h. */
const Plan *tape_planned(const Tape *tape);

#endif
