/* Where in one block of memory each live range is. */
#ifndef AUTOGRAD_PLAN_PACK_H
#define AUTOGRAD_PLAN_PACK_H

#include "autograd/plan_types.h"

/* plan->bytes and the start of each span. */
void plan_pack(Plan *plan, Arena *scratch);

#endif
