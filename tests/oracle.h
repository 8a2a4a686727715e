/* Golden values that PyTorch computed in double: see bench/oracle/README.md. */
#ifndef TESTS_ORACLE_H
#define TESTS_ORACLE_H

#include <math.h>

#include "autograd/ops.h"
#include "io/npz.h"
#include "tests/test.h"

/* Of the largest expected number. */
#ifdef REAL_DOUBLE
#define CLOSE 1e-9
#else
#define CLOSE 1e-4
#endif

static Arena *arena;        /* of the golden arrays and of one test's tensors */
static Tape *tape;          /* of one test */
static NamedTensors oracle; /* what the file holds */

static inline void oracle_read(const char *path) {
    Error err;
    if (!npz_read(arena, path, &oracle, &err)) fail_msg("%s", err.text);
}

/* Before a test: an arena, a tape, and what the file holds. */
static inline void oracle_open(const char *path) {
    arena = arena_new();
    tape = tape_new();
    oracle_read(path);
}

/* After it. */
static inline int oracle_close(void **state) {
    (void)state;
    tape_free(tape);
    arena_free(arena);
    return 0;
}

/* The array "<case>_<name>", or "<name>" when `of` is NULL; or NULL. */
static inline const NamedTensor *oracle_find(const char *of, const char *name) {
    char key[64];
    snprintf(key, sizeof key, "%s%s%s", of ? of : "", of ? "_" : "", name);
    return named_find(&oracle, key);
}

static inline bool has(const char *of, const char *name) {
    return oracle_find(of, name) != NULL;
}

static inline Tensor expected(const char *of, const char *name) {
    const NamedTensor *found = oracle_find(of, name);
    if (!found) fail_msg("the golden file has no \"%s\" of \"%s\"", name, of ? of : "");
    return found->tensor;
}

/* A leaf with the values of that array. */
static inline Node *leaf(const char *of, const char *name) {
    return tape_variable(tape, expected(of, name));
}

/* The same for a bias, one number for each channel: (1, c, 1, 1). */
static inline Node *bias(const char *of, const char *name) {
    Tensor b = expected(of, name);
    b.shape = (Shape){1, (int)shape_size(b.shape), 1, 1};
    return tape_variable(tape, b);
}

static inline void check_value(const Node *y, const char *of, const char *name) {
    Tensor t = expected(of, name);
    assert_int_equal(shape_size(y->shape), shape_size(t.shape));
    assert_all_close(y->value, t.data, shape_size(t.shape), CLOSE);
}

static inline void check_gradient(const Node *x, const char *of, const char *name) {
    Tensor t = expected(of, name);
    assert_int_equal(shape_size(x->shape), shape_size(t.shape));
    assert_all_close(x->grad, t.data, shape_size(t.shape), CLOSE);
}

#endif
