/* A small training from outside, in the folder of tests/shell.h: $T begins it, whole.* is
 * what it ends in. */
#ifndef TESTS_APP_TRAINING_H
#define TESTS_APP_TRAINING_H

#include "io/safetensors.h"
#include "nn/network.h"
#include "tests/shell.h"

/* Random weights down to the deepest layer that a teacher needs. */
static inline void put_teacher(const char *name, uint64_t seed) {
    Error err;
    Arena *arena = arena_new();
    Node *deepest;
    Network *network = network_new(arena, "vgg19_small16x", POOL_DEFAULT, &err);
    network_random(network, seed);
    Tape *tape = tape_new();
    Node *input = tape_constant(tape, tensor_alloc(arena, (Shape){1, 3, 16, 16}));
    assert_true(network_record(network, tape, input, (const char *[]){"relu4_1"}, 1,
                               &deepest, &err));
    const NamedTensors weights = network_weights(network, arena);
    assert_true(safetensors_write(in_folder(name), &weights, &err));
    tape_free(tape);
    arena_free(arena);
}

/* One thread if a test does not say otherwise, because steps are so short that threads
 * would only wait for each other. */
static inline int make_training(void **state) {
    if (make_folder(state)) return -1;
    put_teacher("teacher.safetensors", 1);
    setenv(
        "T",
        "train-features c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png "
        "c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png "
        "c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png c.png "
        "c.png c.png c.png c.png c.png s.png s.png s.png s.png s.png s.png s.png s.png "
        "s.png --teacher teacher.safetensors --batch 1 --painted 1 --size 16 --steps ",
        1);
    setenv("OMP_NUM_THREADS", "1", 1);
    return 0;
}

/* Whether two traces have the same rows but for the last column, the seconds. */
static inline void same_rows(const char *a, const char *b) {
    char line[256];
    snprintf(line, sizeof line,
             "cut -d, -f1-3 %s >rows.a; cut -d, -f1-3 %s >rows.b; cmp rows.a rows.b", a,
             b);
    done(line);
}

#endif
