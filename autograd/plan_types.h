/* The plan of a tape: in which order it runs, and which part of one block of memory every
 * value and gradient occupies, and when.
 *
 *     const Plan *plan = tape_planned(tape);
 *     const Span *span = &plan->span[plan->value[node->id]];
 *     printf("bytes %zu to %zu, steps %d to %d\n", span->at, span->at + span->bytes,
 *            span->first, span->last);
 *
 * Time is counted in steps: 0 to forward - 1 are the forward pass, forward to steps - 1
 * the backward pass, in which nodes may be computed again. A value that is kept has the
 * last step `steps`, which is never run. */
#ifndef AUTOGRAD_PLAN_TYPES_H
#define AUTOGRAD_PLAN_TYPES_H

#include <limits.h>

#include "autograd/op.h"

/* What a plan may do for less memory. */
typedef struct PlanOptions {
    bool recompute; /* drop values and compute them again in the backward pass */
    bool halves;    /* store in 16 bits what only the backward pass still reads */
} PlanOptions;

/* A live range, with its part of the block. It belongs to one value or gradient, or to a
 * few that use the same memory in place one after the other. A value that is stored in
 * halves needs only the start of its part after a while. */
typedef struct Span {
    int first, last;  /* steps */
    size_t bytes, at; /* length and start, multiples of ARENA_ALIGNMENT */
    int narrow;       /* the last step with all bytes; or NARROW_NEVER */
    size_t rest;      /* bytes after it, from the same start */
} Span;

/* The step of a value that stays as it is. */
#define NARROW_NEVER INT_MAX

/* Bytes of the span at `step`, one of its steps. */
static inline size_t span_bytes(const Span *span, int step) {
    return step > span->narrow ? span->rest : span->bytes;
}

/* Forward or backward of one node. Forward writes the spans `value` and, for ops that
 * save something for backward, `saved`; -1 where there is none. */
typedef struct PlanStep {
    int node;         /* its id */
    bool backward;    /* else forward */
    int value, saved; /* numbers of spans */
} PlanStep;

/* Which part of one block of memory holds each value and gradient, and when. */
typedef struct Plan {
    int forward, steps; /* of the forward pass; of both */
    PlanStep *step;     /* `steps` of them, in order */
    size_t bytes;       /* of the whole block */
    int count;          /* of spans */
    Span *span;         /* count of them */
    int *value, *grad;  /* for each node the number of its span, in the forward pass and
                          in backward; -1: none in the block */
    int *narrow;        /* for each node the step after which its value is in halves; or
                          NARROW_NEVER */
    bool *kept;         /* for each node: its value stays until the next tape_forward */
    double visits; /* the work of planning: nodes, steps and spans that were visited */
} Plan;

#endif
