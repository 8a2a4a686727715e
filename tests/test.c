#include "tests/test.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void test_close(double a, double b, double relative, double absolute, const char *what,
                const char *file, int line) {
    double larger = fmax(fabs(a), fabs(b));
    if (isfinite(a) && isfinite(b) && fabs(a - b) <= absolute + relative * larger) return;
    print_error("%s is %.17g, expected %.17g: difference %g, relative %g\n", what, a, b,
                fabs(a - b), fabs(a - b) / larger);
    _fail(file, line);
}

void test_all_close(const real *a, const real *expected, size_t n, double relative,
                    const char *what, const char *file, int line) {
    double largest = 0, worst = -1;
    size_t where = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs((double)expected[i]));
    for (size_t i = 0; i < n; i++) {
        double difference = fabs((double)a[i] - (double)expected[i]);
        if (!isfinite(difference)) difference = (double)INFINITY;
        if (difference > worst) worst = difference, where = i;
    }
    if (n && largest > 0 && isfinite(largest) && worst <= relative * largest) return;
    print_error("%s[%zu of %zu] is %.17g, expected %.17g: off by %g of the largest %g\n",
                what, where, n, n ? (double)a[where] : 0.0,
                n ? (double)expected[where] : 0.0, worst / largest, largest);
    _fail(file, line);
}

/* Of libgcov, which only the build of `make coverage` is linked with. */
void __gcov_dump(void) __attribute__((weak));

void test_exit(int status) {
    if (__gcov_dump) __gcov_dump();
    _exit(status);
}

/* Returns to abort(), which then ends the program. */
static void on_abort(int number) {
    (void)number;
    if (__gcov_dump) __gcov_dump();
}

void test_check_fails(void (*function)(void *), void *argument, const char *words,
                      const char *file, int line) {
    int ends[2];
    char text[4096];
    if (pipe(ends)) _fail(file, line);
    fflush(stderr);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        signal(SIGABRT, on_abort);
        function(argument);
        test_exit(0);
    }
    close(ends[1]);
    size_t length = 0;
    for (ssize_t got; (got = read(ends[0], text + length, sizeof text - 1 - length)) > 0;)
        length += (size_t)got;
    text[length] = 0;
    close(ends[0]);
    int status;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT && strstr(text, words)) return;
    print_error("expected an abort that says \"%s\", got status %d and: %s\n", words,
                status, text);
    _fail(file, line);
}

const char *test_shared(const char *path) {
    static char full[512];
    const char *root = getenv("STYLEGRAD_SHARED");
    snprintf(full, sizeof full, "%s/%s", root ? root : "../shared", path);
    if (access(full, R_OK) == 0) return full;
    print_message("skipped: %s is not here\n", full);
    return NULL;
}

bool test_is_instrumented(void) {
    const char *run = getenv("RUN");
    return run && *run;
}

bool test_is_emulated(void) {
    const char *run = getenv("RUN");
    return run && strstr(run, "qemu");
}
