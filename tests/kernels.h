/* What the tests of kernels share: an arena for each test, random arrays. */
#ifndef TESTS_KERNELS_H
#define TESTS_KERNELS_H

#include <math.h>
#include <string.h>

#include "tensor/kernels/ref/ref.h"
#include "tests/test.h"

static Arena *arena;

static inline int begin(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static inline int end(void **state) {
    (void)state;
    arena_free(arena);
    kernels = &kernels_fast;
    return 0;
}

static inline real *normal(Rng *rng, size_t n) {
    real *x = ARENA_NEW(arena, real, n);
    for (size_t i = 0; i < n; i++)
        x[i] = (real)rng_normal(rng);
    return x;
}

static inline real *copy(const real *x, size_t n) {
    return memcpy(ARENA_NEW(arena, real, n), x, n * sizeof(real));
}

/* Scratch begins as NaN: nothing in it may be taken for granted. */
static inline real *scratch_of(size_t bytes) {
    real *workspace = arena_alloc(arena, bytes);
    for (size_t i = 0; i < bytes / sizeof(real); i++)
        workspace[i] = (real)NAN;
    return workspace;
}

static inline real *absolute(const real *x, size_t n) {
    real *y = ARENA_NEW(arena, real, n);
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] < 0 ? -x[i] : x[i];
    return y;
}

static inline int between(Rng *rng, int low, int high) {
    return low + (int)rng_below(rng, (uint32_t)(high - low + 1));
}

#endif
