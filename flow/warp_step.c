#include "flow/warp_step.h"

#include <string.h>

#include "flow/flow_simd.h"
#include "tensor/sample.h"
#include "tensor/threads.h"

enum { BORDER = FLOW_WINDOW / 2 };

WarpStep warp_step_alloc(Arena *arena, int h, int w, double smoothness) {
    return (WarpStep){.system = system_alloc(arena, h, w, smoothness),
                      .warped = plane_alloc(arena, h, w),
                      .middle = plane_alloc(arena, h, w),
                      .line = plane_alloc(arena, h + 2 * BORDER, w + 2 * BORDER)};
}

static int threads_of(Plane x) {
    return threads_over((size_t)x.h * (size_t)x.w);
}

static void warp(const WarpStep *step, Plane from, Plane to, Plane u, Plane v) {
#pragma omp parallel for num_threads(threads_of(to))
    for (int i = 0; i < to.h; i++)
        for (int j = 0; j < to.w; j++) {
            const size_t k = (size_t)i * (size_t)to.w + (size_t)j;
            const SamplePlace at =
                sample_at(to.h, to.w, (real)i + v.data[k], (real)j + u.data[k]);
            step->warped.data[k] = sample_value(to.data, &at);
            step->middle.data[k] = (real)0.5 * (step->warped.data[k] + from.data[k]);
        }
}

/* The slope along a line of `count` numbers that lie `stride` apart, at number i: the
 * five-point difference (x[i-2] - 8 x[i-1] + 8 x[i+1] - x[i+2]) / 12. */
static real slope(const real *x, int i, int count, size_t stride) {
    const real far = x[(size_t)plane_inside(i + 2, count) * stride] -
                     x[(size_t)plane_inside(i - 2, count) * stride];
    const real near = x[(size_t)plane_inside(i + 1, count) * stride] -
                      x[(size_t)plane_inside(i - 1, count) * stride];
    return (8 * near - far) * (real)(1 / 12.0);
}

static bool inside(real x, int side) {
    return x >= 0 && x <= (real)(side - 1);
}

void warp_step_linearise(const WarpStep *step, Plane from, Plane to, Plane u, Plane v) {
    const System *system = &step->system;
    const int h = to.h, w = to.w;
    const real *middle = step->middle.data;
    warp(step, from, to, u, v);
#pragma omp parallel for num_threads(threads_of(to))
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++) {
            const size_t k = (size_t)i * (size_t)w + (size_t)j;
            real a = 0, b = 0, c = 0;
            if (inside((real)j + u.data[k], w) && inside((real)i + v.data[k], h)) {
                a = slope(middle + (size_t)i * (size_t)w, j, w, 1);
                b = slope(middle + j, i, h, (size_t)w);
                c = step->warped.data[k] - from.data[k] - a * u.data[k] - b * v.data[k];
            }
            system_set(system, i, j, a, b, c);
        }
}

/* u with a border that repeats its edge. */
static void add_border(Plane u, Plane wide) {
    for (int i = 0; i < wide.h; i++) {
        const real *x = u.data + (size_t)plane_inside(i - BORDER, u.h) * (size_t)u.w;
        real *y = wide.data + (size_t)i * (size_t)wide.w;
        memcpy(y + BORDER, x, (size_t)u.w * sizeof *y);
        for (int j = 0; j < BORDER; j++) {
            y[j] = x[0];
            y[BORDER + u.w + j] = x[u.w - 1];
        }
    }
}

void warp_step_median(const WarpStep *step, Plane u) {
    const FlowCode *code = flow_code_best();
    const Plane wide = step->line;
    add_border(u, wide);
#pragma omp parallel for num_threads(threads_of(u))
    for (int i = 0; i < u.h; i++) {
        const real *row[FLOW_WINDOW];
        for (int k = 0; k < FLOW_WINDOW; k++)
            row[k] = wide.data + (size_t)(i + k) * (size_t)wide.w;
        code->median(u.w, row, u.data + (size_t)i * (size_t)u.w);
    }
}
