/* An arena for each test: cmocka_unit_test_setup_teardown(test, make_arena, free_arena).
 */
#ifndef TESTS_ARENA_H
#define TESTS_ARENA_H

#include "tests/test.h"

static Arena *arena;

static inline int make_arena(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static inline int free_arena(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

#endif
