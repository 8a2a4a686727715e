/* What the backward pass of an op reads, according to op->plan.reads. */
#ifndef AUTOGRAD_PLAN_READS_H
#define AUTOGRAD_PLAN_READS_H

#include "autograd/planner.h"

/* Whether y's backward reads the value of input i. */
bool plan_reads_input(const Planner *p, const Node *y, int i);

/* Whether y's backward reads its own value. */
bool plan_reads_output(const Node *y);

#endif
