/* The smallest objective: a parabola of one number, which counts its evaluations. */
#ifndef TESTS_CURVE_H
#define TESTS_CURVE_H

#include "optim/optimizer.h"
#include "tests/test.h"

/* L = k x^2 / 2 of one number. */
typedef struct Curve {
    real x, gradient;
    double k;
    int evaluations;
} Curve;

static inline double curve(void *context) {
    Curve *c = context;
    c->evaluations++;
    c->gradient = (real)(c->k * (double)c->x);
    return c->k * (double)c->x * (double)c->x / 2;
}

static inline Objective objective_of(Curve *c, double k, double x) {
    *c = (Curve){.x = (real)x, .k = k};
    return (Objective){1, &c->x, &c->gradient, curve, c};
}

#endif
