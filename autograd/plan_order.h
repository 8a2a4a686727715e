/* In which order a planned tape runs. */
#ifndef AUTOGRAD_PLAN_ORDER_H
#define AUTOGRAD_PLAN_ORDER_H

#include "autograd/planner.h"

/* p->forward and p->backward in the order of the tape, but small results early. */
void plan_order_init(Planner *p);

/* p->plan->step, from them and p->keeps. */
void plan_order_steps(Planner *p);

/* Whether y's backward may come after that of z, which now follows it. */
bool plan_order_may_wait(const Planner *p, const Node *y, const Node *z);

#endif
