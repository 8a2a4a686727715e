/* What the tests of layers share: a tape for each test, and leaves of whole numbers,
 * x[i] = (i a mod m) - m / 2, on which small sums are exact. */
#ifndef TESTS_LAYERS_H
#define TESTS_LAYERS_H

#include "nn/ops.h"
#include "tests/test.h"

static Arena *arena;
static Tape *tape;

static inline int begin(void **state) {
    (void)state;
    arena = arena_new();
    tape = tape_new();
    return 0;
}

static inline int end(void **state) {
    (void)state;
    tape_free(tape);
    arena_free(arena);
    return 0;
}

static inline Tensor pattern(Shape shape, int a, int m) {
    Tensor t = tensor_alloc(arena, shape);
    for (int i = 0; i < (int)shape_size(shape); i++)
        t.data[i] = (real)(i * a % m - m / 2);
    return t;
}

static inline Node *variable(Shape shape, int a, int m) {
    return tape_variable(tape, pattern(shape, a, m));
}

#endif
