#include "lessons/trust.h"

#include <math.h>

#include "flow/consistency.h"
#include "flow/plane.h"

static double square_length(double u, double v) {
    return u * u + v * v;
}

/* |slope of x|^2, from the neighbours on both sides. */
static double steepness(Plane x, int i, int j) {
    const real *row = x.data + i * x.w;
    const double right =
        (double)(row[plane_inside(j + 1, x.w)] - row[plane_inside(j - 1, x.w)]);
    const double down = (double)(x.data[plane_inside(i + 1, x.h) * x.w + j] -
                                 x.data[plane_inside(i - 1, x.h) * x.w + j]);
    return square_length(right / 2, down / 2);
}

static bool leads_inside(Plane u, Plane v, int i, int j) {
    const double x = j + (double)u.data[i * u.w + j];
    const double y = i + (double)v.data[i * u.w + j];
    return x >= 0 && x <= u.w - 1 && y >= 0 && y <= u.h - 1;
}

Tensor trust_verdicts(Arena *arena, Tensor flow, Tensor back) {
    const Plane u = plane_of(flow, 0);
    const Plane v = plane_of(flow, 1);
    const Tensor there = image_warped(arena, back, flow); /* back(p + f) */
    const Tensor verdicts = tensor_alloc(arena, (Shape){1, 1, u.h, u.w});
    const size_t plane = (size_t)u.h * (size_t)u.w;
    for (size_t k = 0; k < plane; k++) {
        const int i = (int)k / u.w;
        const int j = (int)k % u.w;
        const double f_u = (double)u.data[k];
        const double f_v = (double)v.data[k];
        const double g_u = (double)there.data[k];
        const double g_v = (double)there.data[k + plane];
        const double f = square_length(f_u, f_v);
        const double g = square_length(g_u, g_v);
        verdicts.data[k] = 1;
        if (!leads_inside(u, v, i, j))
            verdicts.data[k] = 0;
        else if (square_length(f_u + g_u, f_v + g_v) > 0.01 * (f + g) + 0.5)
            verdicts.data[k] = -1;
        else if (steepness(u, i, j) + steepness(v, i, j) > 0.01 * f + 0.002)
            verdicts.data[k] = 0;
    }
    return verdicts;
}

Tensor trust_by_hand(Arena *arena, Tensor verdicts) {
    const Plane smooth = plane_smoothed(arena, plane_of(verdicts, 0), 0.8);
    const Tensor t = {verdicts.shape, smooth.data};
    for (size_t k = 0; k < shape_size(t.shape); k++)
        t.data[k] = (real)fmin(fmax((double)t.data[k], 0), 1);
    return t;
}
