/* The plan of a tape: in which order it runs, and where in one block of memory every
 * value and gradient lives, and when. tape_plan makes it (see tape.h); this header is for
 * those who want to look.
 *
 *     const Plan *plan = tape_planned(tape);
 *     const Span *span = &plan->span[plan->value[node->id]];
 *     printf("bytes %zu to %zu, steps %d to %d\n", span->at, span->at + span->bytes,
 *            span->first, span->last);
 *
 * Time is counted in steps: 0 to forward - 1 are the forward pass, forward to steps - 1
 * the backward pass, in which nodes may be computed again. What is kept lives to step
 * `steps`, which never comes. */
#ifndef AUTOGRAD_PLAN_H
#define AUTOGRAD_PLAN_H

#include "autograd/tape.h"

/* A piece of the block that belongs to one value or gradient, or to a few that hand it on
 * in place, from its first step to its last. */
typedef struct Span {
    int first, last;
    size_t bytes, at; /* length and start, multiples of ARENA_ALIGNMENT */
} Span;

/* Forward or backward of one node. Forward writes the spans `value` and, for ops that
 * leave something for backward, `saved`; -1 where there is none. */
typedef struct PlanStep {
    int node;
    bool backward;
    int value, saved;
} PlanStep;

struct Plan {
    int forward, steps; /* of the forward pass; of both */
    PlanStep *step;
    size_t bytes;      /* of the whole block */
    int count;         /* of spans */
    Span *span;        /* count of them */
    int *value, *grad; /* for each node the number of its span, in the forward pass and
                          in backward; -1: none in the block */
    bool *kept;        /* for each node: its value stays until the next tape_forward */
};

/* The plan of a tape whose backward pass will start at `loss` (NULL: there will be none).
 * The values of the kept nodes and of all scalars live on; leaves are not planned, they
 * have memory of their own. With `recompute`, values may be dropped and computed again in
 * backward. */
Plan *plan_new(Arena *arena, const Tape *tape, const Node *loss, int keep,
               Node *const *kept, bool recompute);

#endif
