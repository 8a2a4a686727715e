/* The program with small stacks: 128 KiB for a thread, as in musl, and 256 KiB for the
 * first one, gives the same images. And tests of the workspace, which makes this
 * possible.
 */
#include <pthread.h>
#include <stdint.h>
#include <sys/resource.h>

#include "tensor/workspace.h"
#include "tests/app.h"

#define FIRST_STACK ((rlim_t)256 << 10)
#define THREAD_STACK "128K"

/* Limits hold for the programs that this one starts. */
static void set_stacks(rlim_t first, const char *thread) {
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_STACK, &limit), 0);
    limit.rlim_cur = first;
    assert_int_equal(setrlimit(RLIMIT_STACK, &limit), 0);
    if (thread)
        setenv("OMP_STACKSIZE", thread, 1);
    else
        unsetenv("OMP_STACKSIZE");
}

/* Sanitizers pad every frame and start additional threads. */
static void skip_under_sanitizers(void) {
#ifdef __SANITIZE_ADDRESS__
    print_message("sanitizers need larger stacks\n");
    skip();
#endif
    if (test_is_instrumented()) skip();
}

typedef Outcome (*Work)(const char *out);

static void assert_same_with_small_stacks(Work work) {
    struct rlimit limit;
    skip_under_sanitizers();
    assert_int_equal(getrlimit(RLIMIT_STACK, &limit), 0);
    const char *usual = in_folder("usual.png"), *small_one = in_folder("small.png");
    assert_int_equal(work(usual).status, 0);
    set_stacks(FIRST_STACK, THREAD_STACK);
    const Outcome o = work(small_one);
    set_stacks(limit.rlim_cur, NULL);
    assert_int_equal(o.status, 0);
    char command[300];
    snprintf(command, sizeof command, "cd %s && cmp -s usual.png small.png", folder);
    assert_int_equal(system(command), 0);
}

/* Every layer of VGG-19 that has a loss by default: Winograd, narrow convolutions, Gram
 * matrices of 64 to 512 channels. */
static Outcome paint_vgg(const char *out) {
    return RUN("paint", in_folder("a.png"), in_folder("b.png"), "--net", "vgg19",
               "--size", "64", "--steps", "1", "--threads", "2", "-o", out);
}

/* Products for 1x1 windows, columns for strides; and L-BFGS. */
static Outcome paint_squeezenet(const char *out) {
    return RUN("paint", in_folder("a.png"), in_folder("b.png"), "--net", "squeezenet1_1",
               "--size", "64", "--steps", "2", "--threads", "2", "--optim", "lbfgs", "-o",
               out);
}

static void paint_needs_small_stacks_only(void **state) {
    (void)state;
    assert_same_with_small_stacks(paint_vgg);
    assert_same_with_small_stacks(paint_squeezenet);
}

/* All weights of a convolution and a linear layer, on each table. */
static void training_and_every_table_need_small_stacks_only(void **state) {
    (void)state;
    struct rlimit limit;
    skip_under_sanitizers();
    assert_int_equal(getrlimit(RLIMIT_STACK, &limit), 0);
    set_stacks(FIRST_STACK, THREAD_STACK);
    static const char *const names[] = {"ref", "gemm", "fast"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(RUN("bench", "--net", "squeezenet1_1", "--size", "64",
                             "--rounds", "1", "--threads", "2", "--kernels", names[i])
                             .status,
                         0);
    assert_int_equal(RUN("bench", "--train", "--size", "32", "--batch", "8", "--rounds",
                         "1", "--threads", "2")
                         .status,
                     0);
    set_stacks(limit.rlim_cur, NULL);
}

/* ---- the workspace ---- */

/* Pieces are apart, aligned, and the same again when they were given back. */
static void blocks_of_the_workspace_are_reused(void **state) {
    (void)state;
    char *first = workspace_take(1000), *second = workspace_take(100000);
    assert_int_equal((uintptr_t)first % ARENA_ALIGNMENT, 0);
    assert_int_equal((uintptr_t)second % ARENA_ALIGNMENT, 0);
    memset(first, 1, 1000);
    memset(second, 2, 100000);
    assert_true(first[999] == 1 && second[0] == 2);
    workspace_give(second);
    workspace_give(first);
    const size_t blocks = arena_blocks();
    assert_ptr_equal(workspace_take(1000), first);
    assert_ptr_equal(workspace_take(99999), second);
    workspace_give(second);
    workspace_give(first);
    assert_int_equal(arena_blocks(), blocks);
    first = workspace_take(200000); /* grows */
    memset(first, 3, 200000);
    workspace_give(first);
    assert_int_equal(arena_blocks(), blocks + 1);
}

static void *take_one(void *start) {
    return workspace_take(64) == start ? start : NULL;
}

static void each_thread_has_its_own(void **state) {
    (void)state;
    char *mine = workspace_take(64);
    pthread_t thread;
    void *same;
    assert_int_equal(pthread_create(&thread, NULL, take_one, mine), 0);
    assert_int_equal(pthread_join(thread, &same), 0);
    assert_null(same);
    workspace_give(mine);
}

static void give_the_first(void *unused) {
    (void)unused;
    void *first = workspace_take(64);
    workspace_take(64);
    workspace_give(first);
}

static void the_last_block_is_given_back_first(void **state) {
    (void)state;
    assert_check_fails(give_the_first, NULL, "given back first");
}

static int make_folder(void **state) {
    (void)state;
    if (!mkdtemp(folder)) return -1;
    put_image("a.png", 48, 64);
    put_image("b.png", 64, 64);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paint_needs_small_stacks_only),
        cmocka_unit_test(training_and_every_table_need_small_stacks_only),
        cmocka_unit_test(blocks_of_the_workspace_are_reused),
        cmocka_unit_test(each_thread_has_its_own),
        cmocka_unit_test(the_last_block_is_given_back_first),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
