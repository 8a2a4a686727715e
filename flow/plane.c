#include "flow/plane.h"

#include <math.h>

#include "tensor/check.h"
#include "tensor/luminance.h"
#include "tensor/sample.h"
#include "tensor/threads.h"

/* Of a Gaussian: beyond that many pixels no deviation of this folder reaches. */
enum { MOST_REACH = 15 };

Plane plane_alloc(Arena *arena, int h, int w) {
    return (Plane){h, w, ARENA_NEW(arena, real, (size_t)h * (size_t)w)};
}

Plane plane_of(Tensor image, int c) {
    const size_t plane = (size_t)image.shape.h * (size_t)image.shape.w;
    return (Plane){image.shape.h, image.shape.w, image.data + (size_t)c * plane};
}

Plane plane_grey(Arena *arena, Tensor image) {
    const Shape s = image.shape;
    CHECK(s.n == 1 && (s.c == 1 || s.c == 3),
          "a picture is (1,3,h,w) or (1,1,h,w), "
          "not %s",
          SHAPE(s));
    const Plane grey = plane_alloc(arena, s.h, s.w);
    const size_t size = (size_t)s.h * (size_t)s.w;
    const real *r = image.data, *g = r + (s.c > 1 ? size : 0),
               *b = g + (s.c > 1 ? size : 0);
    for (size_t i = 0; i < size; i++)
        grey.data[i] = 255 * ((real)LUMINANCE_RED * r[i] + (real)LUMINANCE_GREEN * g[i] +
                              (real)LUMINANCE_BLUE * b[i]);
    return grey;
}

/* The weights of a Gaussian from its middle outwards; together they make 1. */
static int gaussian(double deviation, real weight[MOST_REACH + 1]) {
    const int reach = (int)ceil(3 * deviation);
    double sum = 0;
    CHECK(reach <= MOST_REACH, "a Gaussian of deviation %g", deviation);
    for (int i = -reach; i <= reach; i++)
        sum += exp(-i * i / (2 * deviation * deviation));
    for (int i = 0; i <= reach; i++)
        weight[i] = (real)(exp(-i * i / (2 * deviation * deviation)) / sum);
    return reach;
}

/* y = sum over k of weight[|k|] (row k of x): all columns of one row. */
static void smooth_column(Plane x, int i, int reach, const real *weight, real *y) {
    const size_t w = (size_t)x.w;
    const real *here = x.data + (size_t)i * w;
    for (size_t j = 0; j < w; j++)
        y[j] = weight[0] * here[j];
    for (int k = 1; k <= reach; k++) {
        const real *above = x.data + (size_t)plane_inside(i - k, x.h) * w;
        const real *below = x.data + (size_t)plane_inside(i + k, x.h) * w;
        for (size_t j = 0; j < w; j++)
            y[j] += weight[k] * (above[j] + below[j]);
    }
}

/* The same along a row, which has `reach` more elements on both sides. */
static void smooth_row(const real *x, int w, int reach, const real *weight, real *y) {
    for (int j = 0; j < w; j++)
        y[j] = weight[0] * x[j];
    for (int k = 1; k <= reach; k++)
        for (int j = 0; j < w; j++)
            y[j] += weight[k] * (x[j - k] + x[j + k]);
}

Plane plane_smoothed(Arena *arena, Plane x, double deviation) {
    real weight[MOST_REACH + 1];
    const int reach = gaussian(deviation, weight), threads = threads_count();
    const size_t w = (size_t)x.w, wide = w + 2 * MOST_REACH;
    const Plane y = plane_alloc(arena, x.h, x.w);
    real *lines = ARENA_NEW(arena, real, (size_t)threads * wide);
#pragma omp parallel for num_threads(threads_over((size_t)x.h *w))
    for (int i = 0; i < x.h; i++) {
        real *line = lines + (size_t)thread_number() * wide + MOST_REACH;
        smooth_column(x, i, reach, weight, line);
        for (int k = 1; k <= reach; k++) {
            line[-k] = line[0];
            line[x.w - 1 + k] = line[x.w - 1];
        }
        smooth_row(line, x.w, reach, weight, y.data + (size_t)i * w);
    }
    return y;
}

Plane plane_resized(Arena *arena, Plane x, int h, int w, double factor) {
    const Plane y = plane_alloc(arena, h, w);
    const real down = (real)((double)x.h / h), right = (real)((double)x.w / w);
    const real half = (real)0.5;
#pragma omp parallel for num_threads(threads_over((size_t)h *(size_t)w))
    for (int i = 0; i < h; i++)
        for (int j = 0; j < w; j++) {
            const SamplePlace at = sample_at(x.h, x.w, ((real)i + half) * down - half,
                                             ((real)j + half) * right - half);
            y.data[(size_t)i * (size_t)w + (size_t)j] =
                (real)factor * sample_value(x.data, &at);
        }
    return y;
}
