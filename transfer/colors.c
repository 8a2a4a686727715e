#include "transfer/colors.h"

#include <math.h>

#include "tensor/check.h"
#include "tensor/luminance.h"
#include "tensor/text.h"
#include "transfer/covariance.h"

static size_t plane_of(Tensor x) {
    return (size_t)x.shape.h * (size_t)x.shape.w;
}

static double luminance(Tensor x, size_t i) {
    const size_t plane = plane_of(x);
    return LUMINANCE_RED * (double)x.data[i] +
           LUMINANCE_GREEN * (double)x.data[plane + i] +
           LUMINANCE_BLUE * (double)x.data[2 * plane + i];
}

static void set_all(Tensor x, size_t i, double value) {
    for (size_t c = 0; c < 3; c++)
        x.data[c * plane_of(x) + i] = (real)value;
}

Tensor colors_grey(Arena *arena, Tensor x) {
    Tensor y = tensor_alloc(arena, x.shape);
    for (size_t i = 0; i < plane_of(x); i++)
        set_all(y, i, luminance(x, i));
    return y;
}

Tensor colors_recombine(Arena *arena, Tensor lum, Tensor colors) {
    CHECK(shape_equal(lum.shape, colors.shape), "luminance of %s, colours of %s",
          SHAPE(lum.shape), SHAPE(colors.shape));
    const size_t plane = plane_of(lum);
    Tensor y = tensor_alloc(arena, lum.shape);
    for (size_t i = 0; i < plane; i++) {
        const double grey = luminance(lum, i) - luminance(colors, i);
        for (size_t c = 0; c < 3; c++)
            y.data[c * plane + i] = (real)((double)colors.data[c * plane + i] + grey);
    }
    return y;
}

Tensor colors_match(Arena *arena, Tensor x, Tensor like) {
    Covariance from = covariance_of(x), to = covariance_of(like);
    double inverse[3][3], root[3][3], a[3][3];
    covariance_power(from.c, -0.5, inverse);
    covariance_power(to.c, 0.5, root);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            a[i][j] = 0;
            for (int k = 0; k < 3; k++)
                a[i][j] += root[i][k] * inverse[k][j];
        }
    const size_t plane = plane_of(x);
    Tensor y = tensor_alloc(arena, x.shape);
    for (size_t p = 0; p < plane; p++)
        for (size_t i = 0; i < 3; i++) {
            double sum = to.mean[i];
            for (size_t j = 0; j < 3; j++)
                sum += a[i][j] * ((double)x.data[j * plane + p] - from.mean[j]);
            y.data[i * plane + p] = (real)sum;
        }
    return y;
}

/* Grey images: the mean and deviation of one for the other. */
static Tensor match_luminance(Arena *arena, Tensor grey, Tensor like) {
    const Covariance from = covariance_of(grey), to = covariance_of(like);
    const double spread = from.c[0][0] > 0 ? sqrt(to.c[0][0] / from.c[0][0]) : 1;
    Tensor y = tensor_alloc(arena, grey.shape);
    for (size_t i = 0; i < shape_size(grey.shape); i++)
        y.data[i] = (real)(spread * ((double)grey.data[i] - from.mean[0]) + to.mean[0]);
    return y;
}

void colors_prepare(Arena *arena, Scene *scene, Colors colors) {
    if (colors == COLORS_STYLE) return;
    const bool match = colors == COLORS_MATCH;
    if (!match) scene->content = colors_grey(arena, scene->content);
    for (int i = 0; i < scene->styles; i++) {
        Tensor *style = &scene->style[i].image;
        *style = match
                     ? colors_match(arena, *style, scene->content)
                     : match_luminance(arena, colors_grey(arena, *style), scene->content);
    }
}

const char *colors_name(int colors) {
    static const char *const names[] = {[COLORS_STYLE] = "style",
                                        [COLORS_LUMINANCE] = "luminance",
                                        [COLORS_MATCH] = "match"};
    return TEXT_AT(names, colors);
}
