/* Files that a command line names, and the command line as typed, for tests against
 * bench/oracle/golden_eval.py, which makes the same files. */
#ifndef TESTS_TYPED_H
#define TESTS_TYPED_H

#include <math.h>

#include "io/npy.h"
#include "io/npz.h"
#include "io/safetensors.h"
#include "nn/network.h"
#include "tests/app.h"

#ifdef REAL_DOUBLE
#define CLOSE 1e-9
#else
#define CLOSE 1e-4
#endif
#define PROGRAM "build/stylegrad-double"

static Arena *arena; /* of all tests */
static NamedTensors oracle;
static Error err;
static char home[1024]; /* the repository */

/* Multiples of 1/256, as golden_eval.py draws them. */
static void put_random(const char *name, uint64_t seed, int h, int w) {
    Rng rng = rng_seed(seed);
    Tensor x = tensor_alloc(arena, (Shape){1, 3, h, w});
    for (size_t i = 0; i < shape_size(x.shape); i++)
        x.data[i] = (real)(floor(rng_uniform(&rng) * 256) / 256);
    assert_true(npy_write(in_folder(name), x, 3, &err));
}

/* Flat yellow, and with a square of 4 x 4 in it. */
static void put_flat(void) {
    static const double yellow[] = {1, 0.9375, 0};
    Tensor x = tensor_alloc(arena, (Shape){1, 3, 24, 28});
    for (int i = 0; i < 3 * 24 * 28; i++)
        x.data[i] = (real)yellow[i / (24 * 28)];
    assert_true(npy_write(in_folder("flat.npy"), x, 3, &err));
    for (int c = 0; c < 3; c++)
        for (int i = 8; i < 12; i++)
            for (int j = 8; j < 12; j++)
                *tensor_at(x, 0, c, i, j) = (real)0.25;
    assert_true(npy_write(in_folder("patch.npy"), x, 3, &err));
}

/* VGG-19 to relu3_3 with random weights, drawn when it is recorded; those of the first
 * layer times `factor`. */
static inline void put_weights(const char *name, double factor) {
    static const char *const last[] = {"relu3_3"};
    Node *node;
    Network *vgg = network_new(arena, "vgg19", POOL_DEFAULT, &err);
    network_random(vgg, 7);
    Tape *tape = tape_new();
    Node *x = tape_constant(tape, tensor_alloc(arena, (Shape){1, 3, 16, 16}));
    assert_true(network_record(vgg, tape, x, last, 1, &node, &err));
    NamedTensors weights = network_weights(vgg, arena);
    Tensor first = weights.items[0].tensor;
    for (size_t i = 0; i < shape_size(first.shape); i++)
        first.data[i] = (real)((double)first.data[i] * factor);
    assert_true(safetensors_write(in_folder(name), &weights, &err));
    tape_free(tape);
}

static inline void link_to(const char *from, const char *name) {
    char full[8192];
    snprintf(full, sizeof full, "%s%s%s", *from == '/' ? "" : home,
             *from == '/' ? "" : "/", from);
    unlink(in_folder(name));
    assert_int_equal(symlink(full, in_folder(name)), 0);
}

static int make_folder(void **state) {
    (void)state;
    const char *program = getenv("STYLEGRAD");
    arena = arena_new();
    if (!mkdtemp(folder) || !getcwd(home, sizeof home)) return -1;
    put_random("content.npy", 11, 24, 28);
    put_random("style.npy", 12, 30, 21);
    put_random("x.npy", 13, 24, 28);
    put_flat();
    put_weights("vgg19.safetensors", 1);
    mkdir(in_folder("build"), 0700);
    link_to(program ? program : PROGRAM, PROGRAM);
    link_to("assets/scene.png", "scene.png");
    return npz_read(arena, "tests/golden/torch_eval.npz", &oracle, &err) ? 0 : -1;
}

static int end_all(void **state) {
    arena_free(arena);
    return remove_folder(state);
}

/* A command as somebody types it, in the folder with the files that it names. */
static inline Outcome type(const char *command) {
    char line[4096];
    const int length =
        snprintf(line, sizeof line, "cd %s && ( %s ) >stdout 2>stderr", folder, command);
    assert_true(length < (int)sizeof line);
    return outcome_of(system(line));
}

static inline double number_of(const Outcome *o, const char *name) {
    char key[64];
    double number = (double)NAN;
    snprintf(key, sizeof key, "\"%s\": ", name);
    const char *at = strstr(o->out, key);
    if (!at || sscanf(at + strlen(key), "%lf", &number) != 1)
        fail_msg("no %s in: %s%s", name, o->out, o->err);
    return number;
}

static inline Tensor golden(const char *name, const char *what) {
    char key[64];
    snprintf(key, sizeof key, "%s%s", name, what);
    const NamedTensor *found = named_find(&oracle, key);
    if (!found) fail_msg("the golden file has no \"%s\"", key);
    return found->tensor;
}

#endif
