/* Nodes of numbers by hand, on the tape of tests/layers.h. */
#ifndef TESTS_ROWS_H
#define TESTS_ROWS_H

#include <string.h>

#include "tests/layers.h"

#define PRECISION (4 * (double)REAL_EPSILON)

static inline Node *numbers(Shape shape, const real *values) {
    Tensor t = tensor_alloc(arena, shape);
    memcpy(t.data, values, shape_size(shape) * sizeof(real));
    return tape_variable(tape, t);
}

static inline Node *random_numbers(Shape shape) {
    return tape_example_variable(tape, shape);
}

#define ROW(...)                                                                         \
    numbers((Shape){1, 1, 1, sizeof((real[]){__VA_ARGS__}) / sizeof(real)},              \
            (real[]){__VA_ARGS__})
#define assert_row(x, ...)                                                               \
    assert_all_close(x, ((real[]){__VA_ARGS__}),                                         \
                     sizeof((real[]){__VA_ARGS__}) / sizeof(real), PRECISION)

#endif
