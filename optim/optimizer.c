#include "optim/optimizer.h"

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

int optimizer_state(Optimizer *o, OptimizerState states[OPTIMIZER_STATES]) {
    states[0] = (OptimizerState){"learning rate", &o->lr, sizeof o->lr};
    return 1 + o->method->state(o, states + 1);
}
