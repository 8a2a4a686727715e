#include "tensor/tensor.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "tensor/check.h"

#define PRINT_EDGE 3 /* rows and columns shown at either end of a large tensor */

size_t shape_size(Shape s) {
    CHECK(s.n > 0 && s.c > 0 && s.h > 0 && s.w > 0, "shape %s has an empty side",
          SHAPE(s));
    size_t plane = (size_t)s.h * (size_t)s.w, planes = (size_t)s.n * (size_t)s.c;
    CHECK(planes <= SIZE_MAX / sizeof(real) / plane, "shape %s is too large", SHAPE(s));
    return planes * plane;
}

bool shape_equal(Shape a, Shape b) {
    return a.n == b.n && a.c == b.c && a.h == b.h && a.w == b.w;
}

ShapeText shape_text(Shape s) {
    ShapeText out;
    snprintf(out.text, sizeof out.text, "(%d,%d,%d,%d)", s.n, s.c, s.h, s.w);
    return out;
}

Tensor tensor_alloc(Arena *arena, Shape shape) {
    return (Tensor){shape, ARENA_NEW(arena, real, shape_size(shape))};
}

Tensor tensor_clone(Arena *arena, Tensor source) {
    Tensor t = tensor_alloc(arena, source.shape);
    tensor_copy(t, source);
    return t;
}

void tensor_copy(Tensor destination, Tensor source) {
    CHECK(shape_equal(destination.shape, source.shape), "copy of %s into %s",
          SHAPE(source.shape), SHAPE(destination.shape));
    memmove(destination.data, source.data, shape_size(source.shape) * sizeof(real));
}

void tensor_fill(Tensor t, real value) {
    size_t size = shape_size(t.shape);
    for (size_t i = 0; i < size; i++)
        t.data[i] = value;
}

void tensor_fill_uniform(Tensor t, Rng *rng, double low, double high) {
    size_t size = shape_size(t.shape);
    for (size_t i = 0; i < size; i++)
        t.data[i] = (real)(low + (high - low) * rng_uniform(rng));
}

void tensor_fill_normal(Tensor t, Rng *rng, double mean, double deviation) {
    size_t size = shape_size(t.shape);
    for (size_t i = 0; i < size; i++)
        t.data[i] = (real)(mean + deviation * rng_normal(rng));
}

real *tensor_at(Tensor t, int n, int c, int h, int w) {
    Shape s = t.shape;
    CHECK(n >= 0 && n < s.n && c >= 0 && c < s.c && h >= 0 && h < s.h && w >= 0 &&
              w < s.w,
          "element (%d,%d,%d,%d) of a tensor %s", n, c, h, w, SHAPE(s));
    return t.data +
           (((size_t)n * (size_t)s.c + (size_t)c) * (size_t)s.h + (size_t)h) *
               (size_t)s.w +
           w;
}

/* Whether index i of a dimension is printed, or replaced by dots. */
static bool printed(int i, int side) {
    return side <= 2 * PRINT_EDGE || i < PRINT_EDGE || i >= side - PRINT_EDGE;
}

static void print_row(const real *row, int width, FILE *out) {
    for (int x = 0; x < width; x++) {
        if (printed(x, width))
            fprintf(out, " %10.6g", (double)row[x]);
        else if (printed(x - 1, width))
            fprintf(out, "        ...");
    }
    fputc('\n', out);
}

void tensor_print(Tensor t, FILE *out) {
    Shape s = t.shape;
    fprintf(out, "%s\n", SHAPE(s));
    for (int n = 0; n < s.n; n++) {
        for (int c = 0; c < s.c; c++) {
            if (!printed(c, s.c)) continue;
            if (s.n > 1 || s.c > 1) fprintf(out, "n %d, c %d\n", n, c);
            for (int y = 0; y < s.h; y++) {
                if (printed(y, s.h))
                    print_row(tensor_at(t, n, c, y, 0), s.w, out);
                else if (printed(y - 1, s.h))
                    fprintf(out, "        ...\n");
            }
        }
    }
}

bool tensor_finite(Tensor t) {
    size_t size = shape_size(t.shape);
    for (size_t i = 0; i < size; i++)
        if (!isfinite(t.data[i])) return false;
    return true;
}
