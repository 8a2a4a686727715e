/* What one step of an optimiser reports, and what a method remembers between two. */
#ifndef OPTIM_STEP_H
#define OPTIM_STEP_H

#include <stddef.h>

typedef struct Optimizer Optimizer;

typedef struct Step {
    double loss;      /* at the x this step started from, as PyTorch reports it */
    int evaluations;  /* how often the objective was evaluated */
    const char *stop; /* NULL, or why this method cannot go on: words that complete
                       * "stopped: ...", good until the next step. x is as it was. */
} Step;

/* One piece of what a method remembers between steps. */
typedef struct OptimizerState {
    const char *name; /* "adam m": the same piece has the same name in every run */
    void *data;       /* in the optimiser itself: read it to save, write it to resume */
    size_t bytes;
} OptimizerState;

#define OPTIMIZER_STATES 7 /* no method has more pieces */

#endif
