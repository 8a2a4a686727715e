/* Which order needs least memory, and which values are rematerialised. */
#ifndef AUTOGRAD_PLAN_SEARCH_H
#define AUTOGRAD_PLAN_SEARCH_H

#include "autograd/planner.h"

/* Computes steps and live ranges of the current order and choices, and returns their
 * pressure. */
double search_pressure(Planner *p);

/* Moves steps in p->backward as long as a move lowers the pressure. */
void search_order(Planner *p);

/* Chooses p->keeps: gradient checkpointing. */
void search_checkpoints(Planner *p, Arena *scratch);

#endif
