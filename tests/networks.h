/* What the tests of networks share: an arena and an error for each test. */
#ifndef TESTS_NETWORKS_H
#define TESTS_NETWORKS_H

#include "nn/network.h"
#include "tests/test.h"

static Arena *arena;
static Error err;

static inline int setup(void **state) {
    (void)state;
    arena = arena_new();
    err.text[0] = 0;
    return 0;
}

static inline int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static inline Network *new (const char *name) {
    Network *network = network_new(arena, name, POOL_DEFAULT, &err);
    assert_non_null(network);
    return network;
}

#endif
