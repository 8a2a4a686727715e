/* The threads of the installed library (library/team.c), called as gcc calls them. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/test.h"

void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
void GOMP_barrier(void);
void GOMP_critical_start(void);
void GOMP_critical_end(void);
bool GOMP_loop_nonmonotonic_dynamic_start(long start, long end, long step, long chunk,
                                          long *first, long *last);
bool GOMP_loop_nonmonotonic_dynamic_next(long *first, long *last);
void GOMP_loop_end(void);
void GOMP_loop_end_nowait(void);
int omp_get_thread_num(void);
int omp_get_num_threads(void);
int omp_get_max_threads(void);
int omp_get_num_procs(void);
int omp_get_thread_limit(void);

enum { MOST = 8, ROUNDS = 300 };

typedef struct Seen {
    atomic_int times[MOST]; /* by the number of the thread */
    atomic_int wrong;
    int size;
} Seen;

static void note(void *data) {
    Seen *seen = data;
    if (omp_get_num_threads() != seen->size) seen->wrong++;
    seen->times[omp_get_thread_num()]++;
}

static void every_thread_of_a_region_runs_it_once(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        Seen seen = {.size = 1 + round % MOST};
        GOMP_parallel(note, &seen, (unsigned)seen.size, 0);
        assert_int_equal(seen.wrong, 0);
        for (int i = 0; i < MOST; i++)
            assert_int_equal(seen.times[i], i < seen.size);
    }
    assert_int_equal(omp_get_thread_num(), 0);
    assert_int_equal(omp_get_num_threads(), 1);
}

typedef struct Steps {
    atomic_int arrived;
    atomic_int early;
} Steps;

static void walk(void *data) {
    Steps *steps = data;
    for (int step = 1; step <= 50; step++) {
        steps->arrived++;
        GOMP_barrier();
        if (steps->arrived != step * omp_get_num_threads()) steps->early++;
        GOMP_barrier();
    }
}

static void no_thread_passes_a_barrier_before_all_are_there(void **state) {
    (void)state;
    for (unsigned size = 1; size <= 5; size++) {
        Steps steps = {0};
        GOMP_parallel(walk, &steps, size, 0);
        assert_int_equal(steps.early, 0);
        assert_int_equal(steps.arrived, 50 * size);
    }
}

/* Loops over start, start + step, ... before end, one after the other. */
typedef struct Loops {
    long start, end, step, chunk;
    int count;
    bool nowait;
    atomic_int turns[10][64]; /* of each loop, by its variable */
} Loops;

static void run_loops(void *data) {
    Loops *l = data;
    for (int i = 0; i < l->count; i++) {
        long first, last;
        if (GOMP_loop_nonmonotonic_dynamic_start(l->start, l->end, l->step, l->chunk,
                                                 &first, &last))
            do {
                for (long k = first; l->step > 0 ? k < last : k > last; k += l->step)
                    l->turns[i][k]++;
            } while (GOMP_loop_nonmonotonic_dynamic_next(&first, &last));
        if (l->nowait)
            GOMP_loop_end_nowait();
        else
            GOMP_loop_end();
    }
}

static void every_turn_of_a_loop_is_taken_once(void **state) {
    (void)state;
    static const long kinds[][4] = {{0, 64, 1, 1},  {3, 60, 1, 7},   {0, 64, 5, 2},
                                    {63, 2, -1, 1}, {60, -1, -7, 3}, {5, 5, 1, 1},
                                    {9, 5, 1, 4},   {0, 1, 1, 100}};
    static Loops l;
    for (int i = 0; i < 8 * 4 * 2; i++) {
        const long *kind = kinds[i % 8];
        memset(&l, 0, sizeof l);
        l.start = kind[0], l.end = kind[1], l.step = kind[2], l.chunk = kind[3];
        l.count = 1 + i % 10;
        l.nowait = i >= 32;
        GOMP_parallel(run_loops, &l, (unsigned)(1 + i / 8 % 4), 0);
        for (int loop = 0; loop < l.count; loop++)
            for (long k = 0; k < 64; k++) {
                const bool inside =
                    l.step > 0 ? k >= l.start && k < l.end : k <= l.start && k > l.end;
                assert_int_equal(l.turns[loop][k], inside && (k - l.start) % l.step == 0);
            }
    }
}

static void nest(void *data) {
    Seen *seen = data;
    const int number = omp_get_thread_num();
    Seen inner = {.size = 1};
    GOMP_parallel(note, &inner, 4, 0);
    if (inner.wrong || inner.times[0] != 1 || omp_get_thread_num() != number ||
        omp_get_num_threads() != seen->size)
        seen->wrong++;
    GOMP_barrier();
}

static void a_region_inside_of_another_has_one_thread(void **state) {
    (void)state;
    Seen seen = {.size = 3};
    GOMP_parallel(nest, &seen, 3, 0);
    assert_int_equal(seen.wrong, 0);
}

static void count_alone(void *data) {
    for (int i = 0; i < 1000; i++) {
        GOMP_critical_start();
        ++*(int *)data;
        GOMP_critical_end();
    }
}

static void one_thread_at_a_time_is_in_a_critical_section(void **state) {
    (void)state;
    int count = 0;
    GOMP_parallel(count_alone, &count, 4, 0);
    assert_int_equal(count, 4000);
}

/* Which the thread sanitizer does not let a child do. */
static void a_child_starts_threads_of_its_own(void **state) {
    (void)state;
#ifdef __has_feature
#if __has_feature(thread_sanitizer)
    skip();
#endif
#endif
    Seen seen = {.size = 4};
    GOMP_parallel(note, &seen, 4, 0);
    const pid_t child = fork();
    if (child == 0) {
        alarm(60);
        Seen own = {.size = 4};
        GOMP_parallel(note, &own, 4, 0);
        _exit(own.wrong == 0 && own.times[3] == 1 ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static double processor_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Three waiting threads of libgomp would use some 10 ms each. */
static void waiting_threads_sleep(void **state) {
    (void)state;
    double least = 1;
    for (int round = 0; round < 5; round++) {
        Seen seen = {.size = 4};
        GOMP_parallel(note, &seen, 4, 0);
        const double before = processor_seconds();
        nanosleep(&(struct timespec){0, 100000000}, NULL);
        const double used = processor_seconds() - before;
        if (used < least) least = used;
    }
    if (least > 0.005) fail_msg("waiting took %g s of processor time", least);
}

static void the_environment_says_how_many(void **state) {
    (void)state;
    const int processors = omp_get_num_procs();
    static const char *const unusable[] = {"", "0", "-2", "many"};
    assert_true(processors >= 1);
    unsetenv("OMP_THREAD_LIMIT");
    unsetenv("OMP_NUM_THREADS");
    assert_int_equal(omp_get_max_threads(), processors);
    for (int i = 0; i < 4; i++) {
        setenv("OMP_NUM_THREADS", unusable[i], 1);
        assert_int_equal(omp_get_max_threads(), processors);
    }
    setenv("OMP_NUM_THREADS", "3", 1);
    assert_int_equal(omp_get_max_threads(), 3);
    setenv("OMP_NUM_THREADS", "5,2", 1); /* the second is for nested regions */
    assert_int_equal(omp_get_max_threads(), 5);
    setenv("OMP_THREAD_LIMIT", "4", 1);
    assert_int_equal(omp_get_max_threads(), 4);
    assert_int_equal(omp_get_thread_limit(), 4);
    unsetenv("OMP_THREAD_LIMIT");
    unsetenv("OMP_NUM_THREADS");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_thread_of_a_region_runs_it_once),
        cmocka_unit_test(no_thread_passes_a_barrier_before_all_are_there),
        cmocka_unit_test(every_turn_of_a_loop_is_taken_once),
        cmocka_unit_test(a_region_inside_of_another_has_one_thread),
        cmocka_unit_test(one_thread_at_a_time_is_in_a_critical_section),
        cmocka_unit_test(a_child_starts_threads_of_its_own),
        cmocka_unit_test(waiting_threads_sleep),
        cmocka_unit_test(the_environment_says_how_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
