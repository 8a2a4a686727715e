/* Checkpoints: every bit comes back, and nothing but a complete file is believed. */
#include "io/checkpoint.h"

#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"
#include "io/safetensors.h"
#include "tests/test.h"

static char folder[] = "/tmp/stylegrad-checkpoint-XXXXXX";

/* The path of a file of this test; good for four calls. */
static const char *in_folder(const char *name) {
    static char path[4][96];
    static int next;
    char *at = path[next++ % 4];
    snprintf(at, sizeof *path, "%s/%s", folder, name);
    return at;
}

/* What a run remembers, one piece of each kind. */
typedef struct Remembered {
    real x[1500]; /* more than one part */
    double sums[3];
    int steps[2];
    uint64_t random;
} Remembered;

static StateList list_of(Remembered *r) {
    StateList list = {0};
    state_add(&list, "x", STATE_REAL, r->x, 1500);
    state_add(&list, "sums", STATE_DOUBLE, r->sums, 3);
    state_add(&list, "steps", STATE_INT, r->steps, 2);
    state_add(&list, "random numbers", STATE_UINT64, &r->random, 1);
    return list;
}

static Remembered sample(void) {
    Remembered r = {.sums = {-0.0, 5e-324, (double)NAN},
                    .steps = {INT_MIN, INT_MAX},
                    .random = UINT64_MAX - 1};
    for (int i = 0; i < 1500; i++)
        r.x[i] = (real)i / 7;
    r.x[0] = (real)-0.0;
    r.x[1499] = (real)INFINITY;
    return r;
}

static void write_sample(const char *name, Remembered *r) {
    Error err;
    const StateList list = list_of(r);
    if (!checkpoint_write(in_folder(name), "{\"a\": \"\\u4e2d\"}", &list, &err))
        fail_msg("%s", err.text);
}

/* Every bit, of numbers that compare equal or not. */
static void every_bit_comes_back(void **state) {
    (void)state;
    Error err;
    Arena *arena = arena_new();
    Remembered from = sample(), to = {.random = 7};
    CheckpointFile file;
    write_sample("run.checkpoint", &from);
    if (!checkpoint_read(arena, in_folder("run.checkpoint"), &file, &err))
        fail_msg("%s", err.text);
    assert_string_equal(file.text, "{\"a\": \"\\u4e2d\"}");
    const StateList list = list_of(&to);
    assert_true(checkpoint_restore(&file, &list, &err));
    assert_memory_equal(to.x, from.x, sizeof from.x);
    assert_memory_equal(to.sums, from.sums, sizeof from.sums);
    assert_memory_equal(to.steps, from.steps, sizeof from.steps);
    assert_true(to.random == from.random);
    arena_free(arena);
}

/* 1 of I32 is the bytes 1, 0, 0, 0, whatever machine wrote it. */
static void bytes_of_the_file_are_little_endian(void **state) {
    (void)state;
    Error err;
    FileBytes bytes;
    Arena *arena = arena_new();
    int one = 1;
    StateList list = {0};
    state_add(&list, "one", STATE_INT, &one, 1);
    assert_true(checkpoint_write(in_folder("one"), "{}", &list, &err));
    assert_true(file_read(arena, in_folder("one"), 4096, &bytes, &err));
    const unsigned char right[] = {1, 0, 0, 0};
    assert_memory_equal(bytes.data + bytes.size - 4, right, 4);
    arena_free(arena);
}

static void the_file_before_is_kept(void **state) {
    (void)state;
    Error err;
    Arena *arena = arena_new();
    Remembered first = sample(), second = sample(), back = {.random = 0};
    CheckpointFile file;
    const StateList list = list_of(&back);
    second.random = 5;
    write_sample("kept", &first);
    assert_int_not_equal(access(in_folder("kept.previous"), F_OK), 0);
    write_sample("kept", &second);
    assert_true(checkpoint_read(arena, in_folder("kept.previous"), &file, &err));
    assert_true(checkpoint_restore(&file, &list, &err));
    assert_true(back.random == first.random);
    assert_true(checkpoint_read(arena, in_folder("kept"), &file, &err));
    assert_true(checkpoint_restore(&file, &list, &err));
    assert_true(back.random == 5);
    arena_free(arena);
}

/* A file cut off anywhere, or with one byte changed anywhere, is refused. */
static void damaged_files_are_refused(void **state) {
    (void)state;
    Error err;
    FileBytes whole;
    CheckpointFile file;
    Arena *arena = arena_new();
    double sums[2] = {1, 2};
    StateList list = {0};
    state_add(&list, "sums", STATE_DOUBLE, sums, 2);
    assert_true(checkpoint_write(in_folder("whole"), "{}", &list, &err));
    assert_true(file_read(arena, in_folder("whole"), 4096, &whole, &err));
    for (size_t length = 1; length < whole.size; length++) {
        assert_true(file_write(in_folder("cut"), whole.data, length, &err));
        assert_false(checkpoint_read(arena, in_folder("cut"), &file, &err));
    }
    for (size_t i = whole.size - 16; i < whole.size; i++) {
        whole.data[i] ^= 1;
        assert_true(file_write(in_folder("changed"), whole.data, whole.size, &err));
        assert_false(checkpoint_read(arena, in_folder("changed"), &file, &err));
        assert_non_null(strstr(err.text, "it is damaged"));
        whole.data[i] ^= 1;
    }
    arena_free(arena);
}

static void the_file_before_is_named_when_one_is_damaged(void **state) {
    (void)state;
    Error err;
    CheckpointFile file;
    Arena *arena = arena_new();
    Remembered r = sample();
    write_sample("named", &r);
    write_sample("named", &r);
    assert_true(file_write(in_folder("named"), "no", 2, &err));
    assert_false(checkpoint_read(arena, in_folder("named"), &file, &err));
    assert_non_null(strstr(err.text, "named.previous"));
    assert_int_equal(unlink(in_folder("named")), 0);
    assert_false(checkpoint_read(arena, in_folder("named"), &file, &err));
    assert_non_null(strstr(err.text, "named.previous"));
    arena_free(arena);
}

static void assert_not_restored(const CheckpointFile *file, const StateList *list,
                                const char *words) {
    Error err;
    assert_false(checkpoint_restore(file, list, &err));
    if (!strstr(err.text, words)) fail_msg("\"%s\" lacks \"%s\"", err.text, words);
}

/* Nothing is copied when one piece does not fit. */
static void pieces_of_another_run_are_refused(void **state) {
    (void)state;
    Error err;
    CheckpointFile file;
    Arena *arena = arena_new();
    int steps = 3, untouched = -1;
    double rate = 1, many[2];
    real x = 1;
    StateList list = {0}, other = {0};
    state_add(&list, "steps", STATE_INT, &steps, 1);
    state_add(&list, "rate", STATE_DOUBLE, &rate, 1);
    assert_true(checkpoint_write(in_folder("two"), "{}", &list, &err));
    assert_true(checkpoint_read(arena, in_folder("two"), &file, &err));
    state_add(&other, "steps", STATE_INT, &untouched, 1);
    assert_not_restored(&file, &other, "2 arrays, this run needs 1");
    state_add(&other, "momentum", STATE_DOUBLE, many, 1);
    assert_not_restored(&file, &other, "no \"momentum\"");
    other.piece[1] = (StatePiece){"rate", STATE_DOUBLE, 2, many};
    assert_not_restored(&file, &other, "8 bytes of \"rate\", this run needs 16");
    if (sizeof(real) == sizeof(float)) {
        other.piece[1] = (StatePiece){"rate", STATE_REAL, 1, &x};
        assert_not_restored(&file, &other, "stylegrad-double");
    }
    assert_int_equal(untouched, -1);
    arena_free(arena);
}

/* Two int of four bytes and one double of eight; a piece alone does not need the list. */
static void a_piece_is_taken_alone(void **state) {
    (void)state;
    Error err;
    CheckpointFile file;
    Arena *arena = arena_new();
    int steps[2] = {3, 4}, back[2] = {0};
    double rate = 1;
    StateList list = {0};
    state_add(&list, "steps", STATE_INT, steps, 2);
    state_add(&list, "rate", STATE_DOUBLE, &rate, 1);
    assert_true(checkpoint_write(in_folder("pieces"), "{}", &list, &err));
    assert_true(checkpoint_read(arena, in_folder("pieces"), &file, &err));
    assert_int_equal(checkpoint_count(&file, "steps"), 2);
    assert_int_equal(checkpoint_count(&file, "rate"), 1);
    assert_int_equal(checkpoint_count(&file, "momentum"), 0);
    assert_true(checkpoint_take(&file, (StatePiece){"steps", STATE_INT, 2, back}, &err));
    assert_int_equal(back[0], 3);
    assert_int_equal(back[1], 4);
    assert_false(checkpoint_take(&file, (StatePiece){"steps", STATE_INT, 1, back}, &err));
    assert_non_null(strstr(err.text, "8 bytes of \"steps\", this run needs 4"));
    assert_false(
        checkpoint_take(&file, (StatePiece){"rate", STATE_UINT64, 1, &rate}, &err));
    assert_non_null(strstr(err.text, "has \"rate\" as F64"));
    arena_free(arena);
}

static void weights_are_no_checkpoint(void **state) {
    (void)state;
    Error err;
    CheckpointFile file;
    Arena *arena = arena_new();
    NamedTensor weight = {"w", 1, tensor_alloc(arena, SCALAR), NULL};
    NamedTensors weights = {1, &weight};
    assert_true(safetensors_write(in_folder("weights"), &weights, &err));
    assert_false(checkpoint_read(arena, in_folder("weights"), &file, &err));
    assert_non_null(strstr(err.text, "is no checkpoint"));
    arena_free(arena);
}

static void only_regular_files_are_taken(void **state) {
    (void)state;
    Error err;
    assert_true(checkpoint_write_check(in_folder("new"), &err));
    assert_int_not_equal(access(in_folder("new"), F_OK), 0);
    assert_false(checkpoint_write_check("/dev/null", &err));
    assert_false(checkpoint_write_check(in_folder("no/folder"), &err));
    assert_int_equal(mkdir(in_folder("taken.previous"), 0777), 0);
    assert_false(checkpoint_write_check(in_folder("taken"), &err));
}

/* A disk that is full leaves the last checkpoint and the one before it. */
static void a_failed_write_changes_nothing(void **state) {
    (void)state;
    Error err;
    Arena *arena = arena_new();
    Remembered first = sample(), second = sample(), back = {.random = 0};
    CheckpointFile file;
    struct rlimit old, few = {1000, 1000};
    write_sample("full", &first);
    write_sample("full", &first);
    second.random = 5;
    const StateList list = list_of(&second), to = list_of(&back);
    getrlimit(RLIMIT_FSIZE, &old);
    few.rlim_max = old.rlim_max;
    setrlimit(RLIMIT_FSIZE, &few); /* a write beyond gives EFBIG; see make_folder */
    const bool written = checkpoint_write(in_folder("full"), "{}", &list, &err);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_false(written);
    assert_non_null(strstr(err.text, "cannot write"));
    for (int i = 0; i < 2; i++) {
        const char *name = i ? "full.previous" : "full";
        assert_true(checkpoint_read(arena, in_folder(name), &file, &err));
        assert_true(checkpoint_restore(&file, &to, &err));
        assert_true(back.random == first.random);
    }
    arena_free(arena);
}

static int make_folder(void **state) {
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    char line[128];
    snprintf(line, sizeof line, "rm -r %s", folder);
    return system(line);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit_comes_back),
        cmocka_unit_test(bytes_of_the_file_are_little_endian),
        cmocka_unit_test(the_file_before_is_kept),
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(the_file_before_is_named_when_one_is_damaged),
        cmocka_unit_test(pieces_of_another_run_are_refused),
        cmocka_unit_test(a_piece_is_taken_alone),
        cmocka_unit_test(weights_are_no_checkpoint),
        cmocka_unit_test(only_regular_files_are_taken),
        cmocka_unit_test(a_failed_write_changes_nothing),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
