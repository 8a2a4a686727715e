#include "lessons/check/flow_inputs.h"

#include <math.h>

#include "lessons/check/rooms.h"

size_t pixels_of(const WarpImage *t) {
    return (size_t)(t->h * t->w);
}

/* Flows of some pixels, never to the middle of a pixel. The corners lead out. */
static real *random_flow(Rng *rng, int count, double size) {
    real *u = grade_random(rng, (size_t)count);
    for (int k = 0; k < count; k++)
        u[k] = (real)(size * (double)u[k] + 0.3);
    u[0] = (real)-2.3;
    u[count - 1] = (real)1.7;
    return u;
}

WarpImage random_warp(int h, int w, Rng *rng) {
    const size_t size = (size_t)(h * w);
    return (WarpImage){.h = h,
                       .w = w,
                       .x = grade_random(rng, size),
                       .u = random_flow(rng, h * w, 1.3),
                       .v = random_flow(rng, h * w, 1.1),
                       .dy = grade_random(rng, size)};
}

static real *rounded(size_t n, const real *u) {
    real *whole = grade_room(n);
    for (size_t k = 0; k < n; k++)
        whole[k] = (real)round((double)u[k]);
    return whole;
}

WarpImage simpler(const WarpImage *t, int how) {
    WarpImage simple = *t;
    if (how <= WHOLE_ROWS) simple.v = rounded(pixels_of(t), t->v);
    if (how <= WHOLE) simple.u = rounded(pixels_of(t), t->u);
    simple.before_x = simple.before_u = simple.before_v = NULL;
    return simple;
}

bool alike(size_t n, const real *a, const real *b) {
    for (size_t k = 0; k < n; k++)
        if (!(fabs((double)(a[k] - b[k])) <= 1e-6)) return false;
    return true;
}

const char *wrong_at_first(const bool is_right[AS_IT_IS + 1]) {
    return !is_right[WHOLE]
               ? "it is wrong already where the flow is whole pixels, and one "
                 "pixel is read: look at the row and the column"
           : !is_right[WHOLE_ROWS]
               ? "it is right where one pixel is read, and wrong between left and right"
               : "it is right where one row is read, and wrong between up and down";
}

FlowEquations random_equations(int h, int w, double smoothness, Rng *rng) {
    const size_t size = (size_t)(h * w);
    return (FlowEquations){.h = h,
                           .w = w,
                           .smoothness = smoothness,
                           .a = grade_random(rng, size),
                           .b = grade_random(rng, size),
                           .c = grade_random(rng, size),
                           .u = grade_random(rng, size),
                           .v = grade_random(rng, size)};
}

/* More and less noise, and flows back that are off by more and less, in waves: every limit
 * is met, by little and by much. */
FlowBothWays random_flows(int h, int w, double speed, double rough, double off,
                          Rng *rng) {
    const size_t size = (size_t)(h * w);
    real *u = grade_random(rng, size), *v = grade_random(rng, size);
    real *back_u = grade_random(rng, size), *back_v = grade_random(rng, size);
    for (int k = 0; k < h * w; k++) {
        const double right = (double)(k % w) / w, down = (double)(k / w) / h;
        const double wave = sin(12 * down + 5 * right),
                     noise = rough * wave * wave * wave;
        const double apart = off * pow(sin(8 * right + 3 * down), 4);
        const double swing = speed * sin(9 * right + 7 * down);
        u[k] = (real)(speed + swing / 4 + noise * (double)u[k]);
        v[k] = (real)(swing + noise * (double)v[k]);
        back_u[k] = (real)(apart * (double)back_u[k] - (double)u[k]);
        back_v[k] = (real)(1.4 * apart * (double)back_v[k] - (double)v[k]);
    }
    return (FlowBothWays){h, w, u, v, back_u, back_v};
}

FramePair random_frames(int channels, int positions, Rng *rng) {
    const size_t size = (size_t)(channels * positions);
    real *t = grade_random(rng, (size_t)positions);
    for (int k = 0; k < positions; k++)
        t[k] = (real)(1 / (1 + (double)(t[k] * t[k])));
    return (FramePair){.channels = channels,
                       .positions = positions,
                       .t = t,
                       .x = grade_random(rng, size),
                       .b = grade_random(rng, size)};
}
