/* The planner. The tape is known before it runs, so the last step that reads a value is
 * known too, and after it the memory can be used again. Four questions, a file for each:
 *
 *     plan_order.h    in which order do the nodes run
 *     plan_lives.h    what is the live range of each value and gradient
 *     plan_pack.h     where in one block of memory is it
 *     plan_search.h   which order needs least memory, and what is rematerialised
 *
 * They start from what each backward reads (plan_reads.h): a convolution with frozen
 * weights reads neither its input nor its output, a ReLU its sign bits, a Gram matrix its
 * features. */
#ifndef AUTOGRAD_PLAN_H
#define AUTOGRAD_PLAN_H

#include "autograd/plan_types.h"

/* A plan of these nodes, in topological order, for a backward pass that starts at `loss`
 * (NULL: there is none). The values of the kept nodes and of all scalars stay. Leaves
 * are not planned: they have their own memory. With `recompute`, values may be dropped
 * and rematerialised in the backward pass (gradient checkpointing); with `halves`, what
 * only backward functions with .reads_halves still read is stored in 16 bits. */
Plan *plan_new(Arena *arena, Node *const *nodes, int count, const Node *loss, int keep,
               Node *const *kept, PlanOptions options);

#endif
