/* The plan of a tape: where in one block of memory every value and gradient lives, and
 * when. tape_plan makes it (see tape.h); this header is for those who want to look.
 *
 *     const Plan *plan = tape_planned(tape);
 *     const Span *span = &plan->span[plan->value[node->id]];
 *     printf("bytes %zu to %zu\n", span->at, span->at + span->bytes);
 *
 * Time is counted in steps. On a tape of n nodes, node i runs forward in step i and
 * backward in step 2 n - 1 - i; what is kept lives to step 2 n, which never comes. */
#ifndef AUTOGRAD_PLAN_H
#define AUTOGRAD_PLAN_H

#include "autograd/tape.h"

/* A piece of the block that belongs to one value or gradient, or to a few that hand it on
 * in place, from its first step to its last. */
typedef struct Span {
    int first, last;
    size_t bytes, at; /* length and start, multiples of ARENA_ALIGNMENT */
} Span;

struct Plan {
    int steps;         /* 2 n */
    size_t bytes;      /* of the whole block */
    int count;         /* of spans */
    Span *span;        /* count of them */
    int *value, *grad; /* for each node the number of its span; -1: none in the block */
    bool *kept;        /* for each node: its value stays until the next tape_forward */
};

/* The plan of a tape whose backward pass will start at `loss` (NULL: there will be none).
 * The values of the kept nodes and of all scalars live on; leaves are not planned, they
 * have memory of their own. */
Plan *plan_new(Arena *arena, const Tape *tape, const Node *loss, int keep,
               Node *const *kept);

#endif
