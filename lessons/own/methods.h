/* The methods of exercise 12, each from the student's step or with the library's. */
#ifndef LESSONS_OWN_METHODS_H
#define LESSONS_OWN_METHODS_H

#include "lessons/own/network.h"
#include "optim/objective.h"

typedef struct Descent {
    const Pieces *use;
    PieceTimes *times;
    Arena *arena;
    Objective objective;
} Descent;

/* x = x - rate v with v = mu v + g. */
void descend_momentum(const Descent *d, int steps, double rate, double mu);

/* Adam with its usual settings but for the rate. */
void descend_adam(const Descent *d, int steps, double rate);

/* L-BFGS without a line search, from the last 8 pairs. */
void descend_lbfgs(const Descent *d, int steps);

#endif
