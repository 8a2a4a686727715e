#include "flow/consistency.h"

#include <math.h>

#include "flow/plane.h"
#include "tensor/check.h"
#include "tensor/sample.h"
#include "tensor/threads.h"

static void check_flow(Tensor flow, Shape image) {
    CHECK(shape_equal(flow.shape, (Shape){1, 2, image.h, image.w}) && image.n == 1,
          "a flow %s for an image %s", SHAPE(flow.shape), SHAPE(image));
}

/* Where the flow leads from pixel (i, j). */
static SamplePlace target(Plane u, Plane v, int i, int j) {
    const size_t k = (size_t)i * (size_t)u.w + (size_t)j;
    return sample_at(u.h, u.w, (real)i + v.data[k], (real)j + u.data[k]);
}

Tensor image_warped(Arena *arena, Tensor image, Tensor flow) {
    const Shape s = image.shape;
    const size_t plane = (size_t)s.h * (size_t)s.w;
    const Plane u = plane_of(flow, 0), v = plane_of(flow, 1);
    const Tensor y = tensor_alloc(arena, s);
    check_flow(flow, s);
#pragma omp parallel for num_threads(threads_over(plane))
    for (int i = 0; i < s.h; i++)
        for (int j = 0; j < s.w; j++) {
            const SamplePlace at = target(u, v, i, j);
            const size_t k = (size_t)i * (size_t)s.w + (size_t)j;
            for (size_t c = 0; c < (size_t)s.c; c++)
                y.data[c * plane + k] = sample_value(image.data + c * plane, &at);
        }
    return y;
}

/* |grad x|^2 at (i, j), by central differences. */
static double steepness(Plane x, int i, int j) {
    const real *row = x.data + (size_t)i * (size_t)x.w;
    const size_t above = (size_t)plane_inside(i - 1, x.h) * (size_t)x.w;
    const size_t below = (size_t)plane_inside(i + 1, x.h) * (size_t)x.w;
    const double right =
        0.5 * (double)(row[plane_inside(j + 1, x.w)] - row[plane_inside(j - 1, x.w)]);
    const double down =
        0.5 * (double)(x.data[below + (size_t)j] - x.data[above + (size_t)j]);
    return right * right + down * down;
}

static double square_of(double u, double v) {
    return u * u + v * v;
}

/* -1, 0 or 1: see the header. */
static int verdict(const Plane f[2], const Plane b[2], int i, int j) {
    const size_t k = (size_t)i * (size_t)f[0].w + (size_t)j;
    const double u = (double)f[0].data[k], v = (double)f[1].data[k];
    const bool inside =
        j + u >= 0 && j + u <= f[0].w - 1 && i + v >= 0 && i + v <= f[0].h - 1;
    if (!inside) return 0;
    const SamplePlace at = target(f[0], f[1], i, j);
    const double back_u = (double)sample_value(b[0].data, &at);
    const double back_v = (double)sample_value(b[1].data, &at);
    const double both = square_of(u, v) + square_of(back_u, back_v);
    if (square_of(u + back_u, v + back_v) > 0.01 * both + 0.5) return -1;
    const double steep = steepness(f[0], i, j) + steepness(f[1], i, j);
    return steep > 0.01 * square_of(u, v) + 0.002 ? 0 : 1;
}

Tensor flow_reliability(Arena *arena, Tensor flow, Tensor back) {
    const int h = flow.shape.h, w = flow.shape.w;
    const Plane f[2] = {plane_of(flow, 0), plane_of(flow, 1)};
    const Plane b[2] = {plane_of(back, 0), plane_of(back, 1)};
    check_flow(flow, flow.shape);
    check_flow(back, flow.shape);
    Plane raw = plane_alloc(arena, h, w);
#pragma omp parallel for num_threads(threads_over((size_t)h *(size_t)w))
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++)
            raw.data[(size_t)i * (size_t)w + (size_t)j] = (real)verdict(f, b, i, j);
    const Plane smooth = plane_smoothed(arena, raw, 0.8);
    const Tensor y = {{1, 1, h, w}, smooth.data};
    for (size_t k = 0; k < shape_size(y.shape); k++)
        y.data[k] = y.data[k] < 0 ? 0 : y.data[k] > 1 ? 1 : y.data[k];
    return y;
}

static bool is_reliable(real c) {
    return c >= (real)0.5;
}

double reliable_share(Tensor reliability) {
    const size_t size = shape_size(reliability.shape);
    size_t count = 0;
    for (size_t k = 0; k < size; k++)
        count += is_reliable(reliability.data[k]);
    return (double)count / (double)size;
}

void warp_error_add(WarpError *error, Tensor image, Tensor before, Tensor reliability) {
    const Shape s = image.shape;
    const size_t plane = (size_t)s.h * (size_t)s.w;
    CHECK(shape_equal(s, before.shape) &&
              shape_equal(reliability.shape, (Shape){1, 1, s.h, s.w}),
          "warp error: %s, %s, %s", SHAPE(s), SHAPE(before.shape),
          SHAPE(reliability.shape));
    for (size_t k = 0; k < plane; k++) {
        if (!is_reliable(reliability.data[k])) continue;
        for (size_t c = 0; c < (size_t)s.c; c++) {
            const double d =
                (double)(image.data[c * plane + k] - before.data[c * plane + k]);
            error->sum += d * d;
        }
        error->count += s.c;
    }
}

double warp_error_rms(WarpError error) {
    return error.count > 0 ? sqrt(error.sum / error.count) : 0;
}
