/* The optimiser of a recipe, and its rate from step to step. */
#ifndef TRANSFER_RECIPE_OPTIMIZER_H
#define TRANSFER_RECIPE_OPTIMIZER_H

#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "transfer/recipe.h"

/* A new optimiser with the settings of the recipe, whose rate must be chosen
 * (recipe_choose_rate). */
Optimizer *recipe_optimizer_new(Arena *arena, const Recipe *recipe, Objective objective);

/* One rate, a drop with a new optimiser (document 002), or a decay. */
Schedule recipe_optimizer_schedule(const Recipe *recipe);

#endif
