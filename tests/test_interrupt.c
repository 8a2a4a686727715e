/* What the handler of signals does, in children: each installs it, gets signals, and tells
 * by its status what it has seen. */
#include "io/interrupt.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

static char folder[64], path[20][96];

/* Twenty empty files, 0 to 19. */
static int make_files(void **state) {
    (void)state;
    strcpy(folder, "/tmp/stylegrad-interrupt-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    for (int i = 0; i < 20; i++) {
        snprintf(path[i], sizeof path[i], "%s/%d", folder, i);
        FILE *file = fopen(path[i], "w");
        if (!file || fclose(file)) return -1;
    }
    return 0;
}

static int remove_files(void **state) {
    (void)state;
    for (int i = 0; i < 20; i++)
        unlink(path[i]);
    return rmdir(folder);
}

static bool there(int i) {
    return access(path[i], F_OK) == 0;
}

/* The exit status of a child that runs the function, or minus the signal that ended it. */
static int in_a_child(int (*function)(void)) {
    const pid_t child = fork();
    if (child == 0) {
        interrupt_init();
        test_exit(function());
    }
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int ended_by_sigterm(void) {
    interrupt_remember(path[0]);
    interrupt_remember(path[1]);
    interrupt_forget(path[1]);
    raise(SIGTERM);
    return 0;
}

static int ended_by_abort(void) {
    interrupt_remember(path[2]);
    abort();
}

static void a_signal_removes_what_is_remembered_and_ends_the_program(void **state) {
    (void)state;
    assert_int_equal(in_a_child(ended_by_sigterm), -SIGTERM);
    assert_false(there(0));
    assert_true(there(1));
    assert_int_equal(in_a_child(ended_by_abort), -SIGABRT);
    assert_false(there(2));
    assert_true(there(3));
}

static int noted(void) {
    interrupt_remember(path[0]);
    interrupt_wait();
    if (interrupt_signal() != 0) return 1;
    raise(SIGTERM);
    raise(SIGTERM); /* the same moment */
    raise(SIGHUP);
    if (interrupt_signal() != SIGTERM) return 2;
    return there(0) ? 0 : 3;
}

/* SAME_MOMENT is 50 ms: 200 ms later SIGHUP still belongs to the first, and SIGINT ends
 * the program. */
static int ended_by_the_second(void) {
    interrupt_remember(path[0]);
    interrupt_wait();
    raise(SIGINT);
    usleep(200000);
    raise(SIGHUP);
    if (interrupt_signal() != SIGINT) return 1;
    raise(SIGINT);
    return 2;
}

static void the_first_signal_is_noted_and_a_later_one_ends_the_program(void **state) {
    (void)state;
    assert_int_equal(in_a_child(noted), 0);
    assert_true(there(0));
    assert_int_equal(in_a_child(ended_by_the_second), -SIGINT);
    assert_false(there(0));
    assert_true(there(1));
}

/* As nohup and the background of a script have it, from before the handlers. */
static int ignored(void) {
    raise(SIGHUP);
    raise(SIGINT);
    if (interrupt_signal() != 0) return 1;
    interrupt_wait();
    raise(SIGHUP);
    if (interrupt_signal() != 0) return 2;
    raise(SIGINT);
    return interrupt_signal() == SIGINT ? 0 : 3;
}

static void an_ignored_signal_stays_ignored_but_for_sigint_in_a_long_run(void **state) {
    (void)state;
    signal(SIGHUP, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    const int status = in_a_child(ignored);
    signal(SIGHUP, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    assert_int_equal(status, 0);
}

/* There is room for 16. */
static int with_too_many(void) {
    for (int i = 0; i < 20; i++)
        interrupt_remember(path[i]);
    interrupt_clean_up();
    return 0;
}

static void what_is_too_much_to_remember_stays(void **state) {
    (void)state;
    assert_int_equal(in_a_child(with_too_many), 0);
    for (int i = 0; i < 20; i++)
        assert_int_equal(there(i), i >= 16);
}

static int with_a_helper(void) {
    const pid_t helper = fork();
    if (helper == 0) {
        pause();
        _exit(0);
    }
    interrupt_wait();
    interrupt_helper(helper);
    raise(SIGTERM);
    int status;
    if (waitpid(helper, &status, 0) != helper) return 1;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : 2;
}

static void a_signal_ends_the_helper(void **state) {
    (void)state;
    assert_int_equal(in_a_child(with_a_helper), 0);
}

#define WITH_FILES(test) cmocka_unit_test_setup_teardown(test, make_files, remove_files)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_FILES(a_signal_removes_what_is_remembered_and_ends_the_program),
        WITH_FILES(the_first_signal_is_noted_and_a_later_one_ends_the_program),
        WITH_FILES(an_ignored_signal_stays_ignored_but_for_sigint_in_a_long_run),
        WITH_FILES(what_is_too_much_to_remember_stays),
        WITH_FILES(a_signal_ends_the_helper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
