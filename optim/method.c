#include "optim/method.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "optim/vector.h"
#include "tensor/check.h"

void optimizer_rate(Optimizer *o, double lr) {
    CHECK(isfinite(lr) && lr > 0, "a learning rate of %g", lr);
    o->lr = lr;
}

void optimizer_init(Optimizer *o, const OptimizerMethod *method, Objective objective,
                    double lr) {
    CHECK(objective.size > 0 && objective.x && objective.gradient && objective.evaluate,
          "an objective needs numbers, a gradient and a function that evaluates it");
    o->method = method;
    o->objective = objective;
    optimizer_rate(o, lr);
}

Step optimizer_evaluate(Optimizer *o) {
    const Objective *f = &o->objective;
    Step step = {.loss = f->evaluate(f->context), .evaluations = 1};
    if (!isfinite(step.loss))
        return optimizer_stop(o, step, "the loss is not finite but %g", step.loss);
    o->largest = vector_max_abs(f->size, f->gradient);
    if (!isfinite(o->largest))
        return optimizer_stop(o, step, "the gradient has an entry that is not finite");
    return step;
}

Step optimizer_stop(Optimizer *o, Step step, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(o->reason, sizeof o->reason, format, arguments);
    va_end(arguments);
    step.stop = o->reason;
    return step;
}
