/* The common part of all optimisers; for the files of optim/ only.
 *
 * A method is a struct that begins with an Optimizer, so that a pointer to one is a
 * pointer to the other, and a table of functions. */
#ifndef OPTIM_METHOD_H
#define OPTIM_METHOD_H

#include "optim/objective.h"
#include "optim/step.h"
#include "tensor/error.h"
#include "tensor/state.h"

typedef struct OptimizerMethod {
    Step (*step)(Optimizer *o);
    void (*restart)(Optimizer *o);

    /* Adds the method's own pieces. */
    void (*state)(Optimizer *o, StateList *list);

    /* Whether their values are possible; NULL: all values are. */
    bool (*state_check)(const Optimizer *o, Error *err);
} OptimizerMethod;

struct Optimizer {
    const OptimizerMethod *method;
    Objective objective;
    double lr;
    double largest; /* max|g| of the last evaluation */
    char reason[200];
};

/* Sets the learning rate, which must be positive. */
void optimizer_rate(Optimizer *o, double lr);

/* Fills the common part; checks objective and learning rate. */
void optimizer_init(Optimizer *o, const OptimizerMethod *method, Objective objective,
                    double lr);

/* Evaluates at x. The answer has `stop` set when loss or gradient is not finite. */
Step optimizer_evaluate(Optimizer *o);

/* Writes the reason and puts it into the step. */
Step optimizer_stop(Optimizer *o, Step step, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
