#include "optim/optimizer.h"

#include <math.h>

#include "optim/method.h"

Step optimizer_step(Optimizer *o) {
    return o->method->step(o);
}

void optimizer_set_rate(Optimizer *o, double lr) {
    optimizer_rate(o, lr);
}

void optimizer_restart(Optimizer *o) {
    o->method->restart(o);
}

void optimizer_state(Optimizer *o, StateList *list) {
    state_add(list, "learning rate", STATE_DOUBLE, &o->lr, 1);
    o->method->state(o, list);
}

bool optimizer_state_check(const Optimizer *o, Error *err) {
    if (!(isfinite(o->lr) && o->lr > 0))
        return error_set(err, "a learning rate of %g; it must be positive", o->lr);
    return !o->method->state_check || o->method->state_check(o, err);
}
