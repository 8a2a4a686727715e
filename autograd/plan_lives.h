/* From which step to which each value and gradient is live. */
#ifndef AUTOGRAD_PLAN_LIVES_H
#define AUTOGRAD_PLAN_LIVES_H

#include "autograd/planner.h"

/* p->plan->span, value and grad, from the steps. */
void plan_lives_find(Planner *p);

/* The memory pressure of these live ranges: about the most bytes that are live in one
 * step. Lower peaks count a little, too,
 *
 *     (sum over steps of bytes^32)^(1/32),
 *
 * so that a search can make progress by small changes. */
double plan_lives_pressure(Planner *p);

#endif
