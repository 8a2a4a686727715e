/* What stands between a submission and the machine: fences around its arrays, and the calls
 * of the system that it gives up. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lessons/desk/calls.h"
#include "lessons/desk/fence.h"
#include "lessons/desk/seal.h"
#include "lessons/desk/wire.h"
#include "tests/test.h"

/* The signal that ends a process which does this; 0 when it ends by itself. */
static int ends(void (*act)(volatile char *array, size_t bytes), size_t bytes) {
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        signal(SIGBUS, SIG_DFL);
        char *array = fence_new(bytes);
        if (!array) _exit(9);
        act(array, bytes);
        _exit(fence_whole(array, bytes) ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

static void fills(volatile char *array, size_t bytes) {
    for (size_t i = 0; i < bytes; i++)
        array[i] = (char)i;
}

static void steps_behind(volatile char *array, size_t bytes) {
    array[bytes] = 1;
}

static void reads_behind(volatile char *array, size_t bytes) {
    array[0] = array[bytes];
}

static void steps_before(volatile char *array, size_t bytes) {
    (void)bytes;
    array[-1] = 1;
}

/* Into the page before those of the array, of which at least one more is before it. */
static void goes_far_before(volatile char *array, size_t bytes) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    array[-(ptrdiff_t)((bytes / page + 2) * page - bytes + 1)] = 1;
}

/* Sizes around those of pages, of 4, 16 and 64 KB. */
static void a_step_outside_an_array_is_found(void **state) {
    (void)state;
    static const size_t sizes[] = {1,    8,     20,    4095,  4096,
                                   4097, 65535, 65536, 65537, 300000};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        assert_int_equal(ends(fills, sizes[k]), 0);
        assert_true(ends(steps_behind, sizes[k]) > 0);
        assert_true(ends(reads_behind, sizes[k]) > 0);
        assert_true(ends(goes_far_before, sizes[k]) > 0);
        assert_int_equal(ends(steps_before, sizes[k]), -1);
    }
}

static void before_an_array_there_is_nan(void **state) {
    (void)state;
    double *array = fence_new(3 * sizeof *array), before;
    memcpy(&before, array - 1, sizeof before);
    assert_true(before != before);
    assert_int_equal((uintptr_t)array % sizeof *array, 0);
    fence_free(array, 3 * sizeof *array);
}

static bool opens(const char *path, int flags) {
    const int file = open(path, flags, 0600);
    if (file >= 0) close(file);
    return file >= 0;
}

static bool connects(void) {
    const int file = socket(AF_UNIX, SOCK_STREAM, 0);
    if (file >= 0) close(file);
    return file >= 0;
}

static bool allocates(void) {
    volatile char *memory = malloc(1 << 22);
    if (memory) memory[1 << 21] = 1;
    free((void *)(uintptr_t)memory);
    return memory != NULL;
}

/* The number of the first thing that a sealed process can or cannot do and should not; 77
 * when it cannot be sealed. */
static int sealed(void) {
    if (!seal_calls()) return 77;
    if (!allocates()) return 1;
    if (!opens("Makefile", O_RDONLY)) return 2;
    if (printf("%s", "") < 0) return 3;
    if (fork() != -1) return 4;
    if (connects()) return 5;
    if (kill(getppid(), 0) != -1 || kill(getpid(), 0) != -1) return 6;
    if (opens("Makefile", O_WRONLY | O_APPEND)) return 7;
    if (opens("/tmp/sealed", O_RDONLY | O_CREAT)) return 8;
    if (execl("/bin/true", "true", (char *)NULL) != -1) return 9;
    if (unlink("/tmp/never there") != -1 || errno != EPERM) return 10;
    if (chdir("/") != -1) return 11;
    abort(); /* which sends a signal to this process */
}

static void a_sealed_process_computes_and_nothing_else(void **state) {
    (void)state;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        _exit(sealed());
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        print_message("this system cannot limit what a process calls\n");
        skip();
    }
    if (WIFEXITED(status)) assert_int_equal(WEXITSTATUS(status), -1);
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

/* ---- Calls ---- */

static void adds(int n, int m, const double *f, double *g) {
    for (int i = 0; i < n * m; i++)
        g[i] += f[i];
}

static void a_call_gets_its_arguments(void **state) {
    (void)state;
    double f[6] = {1, 2, 3, 4, 5, 6}, g[6] = {10, 10, 10, 10, 10, 10};
    const Value values[] = {{.kind = INTEGER, .integer = 2},
                            {.kind = INTEGER, .integer = 3},
                            {.kind = ARRAY, .data = f},
                            {.kind = ARRAY, .data = g}};
    if (sizeof(real) != sizeof(double)) skip();
    const Callable *gram = callable("gram");
    assert_non_null(gram);
    assert_string_equal(gram->symbol, "gram");
    gram->call((Function *)adds, values);
    for (int i = 0; i < 6; i++)
        assert_close(g[i], 11 + i, 0, 0);
    assert_null(callable("no function of an exercise"));
    assert_string_equal(callable("total_of_terms")->symbol, "total_loss");
}

static void the_wire_reads_all_or_nothing(void **state) {
    (void)state;
    int pair[2];
    char got[6] = "";
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_true(wire_write(pair[0], "abc", 3));
    assert_true(wire_write(pair[0], "de", 2));
    assert_true(wire_read(pair[1], got, 5));
    assert_string_equal(got, "abcde");
    assert_true(wire_write(pair[0], "f", 1));
    close(pair[0]);
    assert_false(wire_read(pair[1], got, 2));
    close(pair[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_outside_an_array_is_found),
        cmocka_unit_test(before_an_array_there_is_nan),
        cmocka_unit_test(a_sealed_process_computes_and_nothing_else),
        cmocka_unit_test(a_call_gets_its_arguments),
        cmocka_unit_test(the_wire_reads_all_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
