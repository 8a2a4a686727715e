/* After the first steps a run allocates no memory and touches no new page.
 */
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/resource.h>

#include "tensor/kernels/kernels.h"
#include "tensor/pages.h"
#include "tensor/sanitizer.h"
#include "tensor/threads.h"
#include "tensor/workspace.h"
#include "tests/pictures.h"
#include "transfer/paint.h"
#include "transfer/recipe_file.h"

/* Pages that had to be brought in since the program began. The sanitizer gives no memory
 * out twice, so with it even the threads' library needs new pages all the time. */
static long page_faults(void) {
#ifdef __SANITIZE_ADDRESS__
    return 0;
#else
    if (test_is_instrumented()) return 0;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
#endif
}

#define STEPS 16
#define HISTORY 3
#define WARM 6 /* the first pairs of L-BFGS, and the line search's first steps */

typedef struct Record {
    const Arena *arena;
    long faults[STEPS + 1];
    size_t blocks[STEPS + 1], used[STEPS + 1], tape[STEPS + 1];
} Record;

static bool watch(void *context, const Problem *problem, const PaintStep *step) {
    Record *record = context;
    record->blocks[step->step] = arena_blocks();
    record->used[step->step] = arena_used(record->arena);
    record->tape[step->step] = problem_bytes(problem);
    record->faults[step->step] = page_faults();
    return true;
}

static void paint(Method method, Record *record) {
    Error err;
    Problem problem;
    const int side = 64;
    Network *network = network_new(arena, "squeezenet1_1", POOL_DEFAULT, &err);
    network_random(network, 3);
    Recipe recipe;
    assert_true(recipe_read("c2-starry", &recipe, &err));
    recipe.run.steps = STEPS;
    recipe.optimizer.method = method;
    recipe.optimizer.schedule.lr = method == METHOD_LBFGS ? 1e-3 : 1e-2;
    recipe.optimizer.lbfgs.history = HISTORY;
    recipe.optimizer.schedule.at = 0;
    if (!problem_init(&problem, arena, &recipe, network, random_image(1, side, side),
                      random_image(2, side, side), random_image(3, side, side), &err))
        fail_msg("%s", err.text);
    *record = (Record){.arena = arena};
    PaintEnd end = paint_run(&problem, arena, watch, record);
    assert_int_equal(end.steps, STEPS);
    problem_free(&problem);
}

/* Page faults of the steps after warming up. The system takes pages away when others
 * want memory, so the best of three runs counts. */
static long faults_of(Method method) {
    long least = LONG_MAX;
    for (int run = 0; run < 3 && least > STEPS; run++) {
        Record record;
        paint(method, &record);
        assert_int_equal(record.blocks[STEPS], record.blocks[1]);
        assert_int_equal(record.used[STEPS], record.used[1]);
        assert_int_equal(record.tape[STEPS], record.tape[1]);
        const long faults = record.faults[STEPS] - record.faults[WARM];
        if (faults < least) least = faults;
    }
    return least;
}

/* A page or two are allowed for what is not ours. */
static void a_run_takes_no_memory_after_the_first_steps(void **state) {
    (void)state;
    threads_set(2);
    const Method methods[] = {METHOD_ADAM, METHOD_LBFGS};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        const long faults = faults_of(methods[i]);
        if (faults > STEPS) fail_msg("%ld page faults in %d steps", faults, STEPS - WARM);
    }
}

/* The thread sanitizer notes who touched each page, in pages of its own. */
#if defined(__SANITIZE_THREAD__)
#define PAGES_ARE_OURS false
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define PAGES_ARE_OURS false
#endif
#endif
#ifndef PAGES_ARE_OURS
#define PAGES_ARE_OURS true
#endif

static void large_blocks_are_zeroed_aligned_and_only_there_when_touched(void **state) {
    (void)state;
    if (test_is_emulated()) {
        print_message("skipped: the page faults are those of qemu\n");
        skip();
    }
    const size_t bytes = ((size_t)64 << 20) + 12345;
    const long before = page_faults();
    unsigned char *block = pages_alloc(bytes);
    assert_non_null(block);
    assert_int_equal((uintptr_t)block % 4096, 0);
    if (PAGES_ARE_OURS) assert_true(page_faults() - before < 64);
    for (size_t i = 0; i < bytes; i += 4095)
        assert_int_equal(block[i]++, 0);
    assert_int_equal(block[bytes - 1]++, 0);
    pages_free(block, bytes);
    assert_null(pages_alloc(SIZE_MAX));
}

/* A large request in between does not waste the room that small ones have left. */
static void small_requests_stay_together(void **state) {
    (void)state;
    const char *first = arena_alloc(arena, 64);
    const char *large = arena_alloc(arena, (size_t)9 << 20);
    const char *second = arena_alloc(arena, 64);
    assert_ptr_equal(second, first + 64 + SANITIZER_GAP);
    for (size_t i = 0; i < (size_t)9 << 20; i += 64)
        assert_int_equal(large[i], 0);
}

/* Blocks that two threads still take when each asks for a byte of its workspace. */
static size_t blocks_missing(void) {
    const size_t before = arena_blocks();
#pragma omp parallel num_threads(2)
    workspace_give(workspace_take(1));
    return arena_blocks() - before;
}

/* On a thread of its own, so that the second one of its team is new as well. */
static void *multiply_in_a_new_team(void *table) {
    static real a[4 * 2048], b[2048 * 64], c[4 * 64];
    static size_t missing;
    const GemmDims d = {.m = 4, .n = 64, .k = 2048, .lda = 2048, .ldb = 64, .ldc = 64};
    ((const Kernels *)table)->gemm(&d, a, b, c);
    missing = blocks_missing();
    return &missing;
}

/* A product of 4 rows and 64 columns is one task, and 2048 terms make it worth two
 * threads: one of them has nothing to do. Later it may have, and then takes no memory. */
static void a_thread_without_a_task_has_its_workspace_too(void **state) {
    (void)state;
    Kernels tables[] = {kernels_fast, kernels_gemm};
    threads_set(2);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        pthread_t thread;
        void *missing;
        assert_int_equal(
            pthread_create(&thread, NULL, multiply_in_a_new_team, &tables[i]), 0);
        assert_int_equal(pthread_join(thread, &missing), 0);
        assert_int_equal(*(size_t *)missing, 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(large_blocks_are_zeroed_aligned_and_only_there_when_touched),
        TEST(small_requests_stay_together),
        TEST(a_thread_without_a_task_has_its_workspace_too),
        TEST(a_run_takes_no_memory_after_the_first_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
