/* What one step of an optimiser reports. */
#ifndef OPTIM_STEP_H
#define OPTIM_STEP_H

#include <stddef.h>

/* A method with all that it remembers between two steps: see optimizer.h. */
typedef struct Optimizer Optimizer;

/* The loss, and whether the method can go on. */
typedef struct Step {
    double loss;      /* at the x this step started from, as PyTorch reports it */
    int evaluations;  /* how often the objective was evaluated */
    const char *stop; /* NULL, or why this method cannot go on: words that complete
                       * "stopped: ...", good until the next step. x is as it was. */
} Step;

#endif
