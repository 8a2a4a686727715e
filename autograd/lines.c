#include "autograd/lines.h"

#include "tensor/check.h"

Lines lines_along(Shape shape, int axis, const char *name) {
    const int sides[4] = {shape.n, shape.c, shape.h, shape.w};
    CHECK(axis >= 0 && axis < 4, "%s: axis %d is none of 0, 1, 2, 3", name, axis);
    Lines lines = {.outer = 1, .length = (size_t)sides[axis], .step = 1};
    for (int before = 0; before < axis; before++)
        lines.outer *= (size_t)sides[before];
    for (int after = axis + 1; after < 4; after++)
        lines.step *= (size_t)sides[after];
    return lines;
}

/* Bundles for one value of `outer`. */
static size_t across(Lines lines) {
    return (lines.step + LINES_SIDE_BY_SIDE - 1) / LINES_SIDE_BY_SIDE;
}

size_t lines_bundles(Lines lines) {
    return lines.outer * across(lines);
}

Bundle lines_bundle(Lines lines, size_t i) {
    const size_t first = i % across(lines) * LINES_SIDE_BY_SIDE;
    const size_t left = lines.step - first;
    return (Bundle){.start = i / across(lines) * lines.length * lines.step + first,
                    .width = left < LINES_SIDE_BY_SIDE ? left : LINES_SIDE_BY_SIDE};
}

void lines_largest(Lines lines, size_t width, const real *x, real *largest) {
    for (size_t j = 0; j < width; j++)
        largest[j] = x[j];
    for (size_t k = 1; k < lines.length; k++)
        for (size_t j = 0; j < width; j++) {
            const real next = x[k * lines.step + j];
            if (next > largest[j]) largest[j] = next;
        }
}
