/* A teacher for tests of `train-features`: random weights in a file of the test's folder. */
#ifndef TESTS_TEACHER_H
#define TESTS_TEACHER_H

#include "io/safetensors.h"
#include "nn/network.h"
#include "tests/app.h"

/* The weights of the network down to the deepest layer that a teacher needs. */
static inline void put_teacher(const char *name, const char *net, uint64_t seed) {
    Error err;
    Arena *arena = arena_new();
    Node *deepest;
    Network *network = network_new(arena, net, POOL_DEFAULT, &err);
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

#endif
