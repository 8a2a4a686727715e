/* What the tests of losses share: a fresh tape and arena for each test, leaves, values.
 */
#ifndef TESTS_LOSSES_H
#define TESTS_LOSSES_H

#include <math.h>

#include "autograd/gradcheck.h"
#include "autograd/ops.h"
#include "losses/style.h"
#include "tests/test.h"

/* Identities between sums of a few hundred products. */
#ifdef REAL_DOUBLE
#define TIGHT 1e-13
#else
#define TIGHT 2e-6
#endif

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

static inline Node *variable(Shape shape) {
    return tape_example_variable(tape, shape);
}

static inline Node *constant(Shape shape) {
    return tape_example_constant(tape, shape);
}

/* A variable with given numbers, read row by row. */
static inline Node *given(Shape shape, const double *numbers) {
    Tensor x = tensor_alloc(arena, shape);
    for (size_t i = 0; i < shape_size(shape); i++)
        x.data[i] = (real)numbers[i];
    return tape_variable(tape, x);
}

static inline double value(Node *loss) {
    return (double)node_scalar(loss);
}

static inline Node *gram(Node *f, GramForm form) {
    return ag_gram(f, gram_params(form, f));
}

static inline double sum_squares(Node *a, Node *b) {
    return value(ag_squared_distance(a, b, (SquaredDistance){1}));
}

/* The generated image that the form image-size is told of. */
static const Shape picture = {1, 3, 8, 12};

/* What the target of a form keeps of a painting. */
static inline Node *summary(Node *f, StyleForm form) {
    return ag_style_summary(f, form, gram_params(GRAM_HW, f).divisor);
}

static inline double style(Node *f, Node *painting, StyleForm form) {
    return value(ag_style_loss(f, summary(painting, form), form, picture));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif
