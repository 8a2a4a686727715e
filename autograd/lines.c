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

size_t lines_count(Lines lines) {
    return lines.outer * lines.step;
}

size_t lines_start(Lines lines, size_t k) {
    return k / lines.step * lines.length * lines.step + k % lines.step;
}
