#include "lessons/own/methods.h"

#include <math.h>
#include <string.h>

#include "lessons/own/timed.h"
#include "optim/optimizer.h"
#include "optim/vector.h"

enum { PAIRS = 8 };

static real *zeros(const Descent *d) {
    return ARENA_NEW(d->arena, real, d->objective.size);
}

static void run(const Descent *d, Optimizer *optimizer, int steps) {
    for (int i = 0; i < steps; i++)
        TIMED(d->times, PIECE_OPTIMISERS, optimizer_step(optimizer));
}

void descend_momentum(const Descent *d, int steps, double rate, double mu) {
    const Objective *o = &d->objective;
    if (!d->use->momentum_step) {
        run(d, gd_new(d->arena, *o, (Gd){.lr = rate, .momentum = mu}), steps);
        return;
    }
    real *v = zeros(d);
    for (int i = 0; i < steps; i++) {
        o->evaluate(o->context);
        TIMED(d->times, PIECE_OPTIMISERS,
              d->use->momentum_step((int)o->size, (real)rate, (real)mu, o->gradient, v,
                                    o->x));
    }
}

void descend_adam(const Descent *d, int steps, double rate) {
    const Objective *o = &d->objective;
    Adam usual = ADAM_DEFAULTS;
    usual.lr = rate;
    if (!d->use->adam_step) {
        run(d, adam_new(d->arena, *o, usual), steps);
        return;
    }
    const AdamSettings settings = {(real)rate, (real)usual.beta1, (real)usual.beta2,
                                   (real)usual.epsilon};
    real *m = zeros(d), *v = zeros(d);
    for (int t = 1; t <= steps; t++) {
        o->evaluate(o->context);
        TIMED(d->times, PIECE_OPTIMISERS,
              d->use->adam_step(&settings, t, (int)o->size, o->gradient, m, v, o->x));
    }
}

/* Row 0 is the oldest pair; a full list loses it. */
static int make_room(int pairs, size_t n, real *s, real *y) {
    if (pairs < PAIRS) return pairs;
    memmove(s, s + n, (PAIRS - 1) * n * sizeof *s);
    memmove(y, y + n, (PAIRS - 1) * n * sizeof *y);
    return PAIRS - 1;
}

void descend_lbfgs(const Descent *d, int steps) {
    const Objective *o = &d->objective;
    const size_t n = o->size;
    Lbfgs usual = LBFGS_DEFAULTS;
    usual.history = PAIRS;
    usual.strong_wolfe = false;
    if (!d->use->lbfgs_direction) {
        run(d, lbfgs_new(d->arena, *o, usual), steps);
        return;
    }
    real *s = ARENA_NEW(d->arena, real, PAIRS * n),
         *y = ARENA_NEW(d->arena, real, PAIRS * n);
    real *direction = zeros(d), *before = zeros(d),
         *room = ARENA_NEW(d->arena, real, PAIRS);
    double t = 0;
    int pairs = 0;
    for (int i = 0; i < steps; i++) {
        o->evaluate(o->context);
        if (i > 0) {
            const int row = make_room(pairs, n, s, y);
            vector_subtract(n, o->gradient, before, y + (size_t)row * n);
            vector_scale(n, t, direction, s + (size_t)row * n);
            const double curved = vector_dot(n, s + (size_t)row * n, y + (size_t)row * n);
            pairs = curved > 1e-10 ? row + 1 : row;
        }
        TIMED(d->times, PIECE_OPTIMISERS,
              d->use->lbfgs_direction((int)n, pairs, s, y, o->gradient, room, direction));
        vector_copy(n, o->gradient, before);
        t = i > 0 ? 1 : fmin(1, 1 / vector_sum_abs(n, o->gradient));
        vector_add(n, t, direction, o->x);
    }
}
