/* What the files of the planner share while a plan is made: plan.c (the facts about the
 * tape), order.c (which step comes when), lives.c (from which step to which something is
 * needed), pack.c (where it goes), and recompute.c (what is dropped and computed twice).
 *
 * Searches try many orders and many choices of what is dropped; each try is
 *
 *     order_steps(planner);         who runs when
 *     lives_find(planner);          so what lives when
 *     double bytes = lives_pressure(planner); */
#ifndef AUTOGRAD_PLANNER_H
#define AUTOGRAD_PLANNER_H

#include "autograd/plan.h"

typedef struct Planner {
    const Tape *tape;
    const Node *loss; /* or NULL */
    Plan *plan;
    int nodes;
    /* Facts, for each node. */
    bool *wants; /* a variable leads to it */
    bool *runs;  /* and it leads to the loss: its backward will run */
    bool *stays; /* its value is wanted after all: a scalar, or named to be kept */
    /* Choices. */
    int forwards, backwards; /* how many nodes run in each pass */
    int *forward, *backward; /* which, in their order */
    bool *keeps; /* what backward reads of this node waits for it; otherwise it is dropped
                    and computed again */
    /* Room for the searches: of each node, and of each step. */
    int *now, *last, *last_saved;
    double *change;
} Planner;

/* Most steps and spans of any plan: each node forward, again, and backward; two values,
 * two savings and a gradient. */
#define STEPS_MOST(nodes) (3 * (nodes))
#define SPANS_MOST(nodes) (5 * (nodes))

/* Whether y's backward reads the value of input i, or its own value. */
bool planner_reads_input(const Planner *p, const Node *y, int i);
bool planner_reads_output(const Node *y);

/* p->forward and p->backward as the tape says, but small results early. */
void order_init(Planner *p);
/* p->plan->step, from them and p->keeps. */
void order_steps(Planner *p);
/* Moves steps in p->backward until no move lowers the pressure. */
void order_improve(Planner *p);

/* p->plan->span, value and grad, from the steps. */
void lives_find(Planner *p);
/* How much memory they want: nearly the most bytes that live in one step, but seeing the
 * second and third highest peaks too, (sum over steps of bytes^32)^(1/32), so that a
 * search has a slope to go down. */
double lives_pressure(Planner *p);
/* The pressure of the order and choices as they are. */
double lives_try(Planner *p);

/* p->plan->bytes and where each span starts. */
void pack_spans(Plan *plan, Arena *scratch);

/* Chooses p->keeps. */
void recompute_choose(Planner *p, Arena *scratch);

#endif
