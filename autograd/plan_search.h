/* Which order needs least memory, and which values are rematerialised. */
#ifndef AUTOGRAD_PLAN_SEARCH_H
#define AUTOGRAD_PLAN_SEARCH_H

#include "autograd/planner.h"

/* Steps and live ranges of the order and choices as they are; returns their pressure. */
double search_pressure(Planner *p);

/* Moves steps in p->backward as long as a move lowers the pressure. */
void search_order(Planner *p);

/* Chooses p->keeps: gradient checkpointing. */
void search_checkpoints(Planner *p, Arena *scratch);

#endif
