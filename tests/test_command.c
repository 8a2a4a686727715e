/* Programs that io/command.c starts: what they read and print, and every way to fail. */
#include "io/command.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tests/test.h"

static Error err;

static void assert_error_is(const char *text) {
    assert_string_equal(err.text, text);
}

static bool run_shell(const char *line, FILE *in, FILE *out) {
    char sh[] = "sh", c[] = "-c", text[100];
    snprintf(text, sizeof text, "%s", line);
    char *const arguments[] = {sh, c, text, NULL};
    return command_run(arguments, "dash", in, out, &err);
}

/* tr turns the first three letters into capitals; `in` is read from its beginning,
 * wherever the stream is. */
static void input_and_output_are_the_files(void **state) {
    (void)state;
    FILE *in = tmpfile(), *out = tmpfile();
    char text[20] = "";
    assert_true(in && out);
    fputs("abcdef", in);
    if (!run_shell("tr abc ABC", in, out)) fail_msg("%s", err.text);
    rewind(out);
    assert_non_null(fgets(text, sizeof text, out));
    assert_string_equal(text, "ABCdef");
    fclose(in);
    fclose(out);
    if (!run_shell("test -z \"$(cat)\"; echo nobody reads this", NULL, NULL))
        fail_msg("%s", err.text);
}

/* The last line that is not blank; without one there is no reason. */
static void a_failure_says_the_last_line(void **state) {
    (void)state;
    assert_false(run_shell("printf 'first\\n\\t  no such plot\\r\\n \\n' >&2; exit 3",
                           NULL, NULL));
    assert_error_is("sh failed: no such plot");
    assert_false(run_shell("exit 1", NULL, NULL));
    assert_error_is("sh failed: no reason given");
}

static void every_end_has_its_sentence(void **state) {
    (void)state;
    assert_false(run_shell("kill -9 $$", NULL, NULL));
    assert_error_is("sh was ended by signal 9; try again");
    assert_false(run_shell("exit 127", NULL, NULL));
    assert_error_is("sh could not be started; install it (apt install dash)");
    char missing[] = "stylegrad-no-such-program";
    char *const arguments[] = {missing, NULL};
    assert_false(command_run(arguments, "nothing", NULL, NULL, &err));
    /* An emulator may learn of it only from the child: then there is no reason. */
    assert_non_null(strstr(err.text, "stylegrad-no-such-program could not be started"));
    assert_non_null(strstr(err.text, "; install it (apt install nothing)"));
    if (!test_is_instrumented())
        assert_non_null(strstr(err.text, "started: No such file or directory; install"));
}

/* Children that nobody waits for are gone at once: their status is lost. */
static void a_lost_child_is_said(void **state) {
    (void)state;
    void (*before)(int) = signal(SIGCHLD, SIG_IGN);
    const bool good = run_shell("exit 0", NULL, NULL);
    signal(SIGCHLD, before);
    assert_false(good);
    assert_error_is("sh was lost: No child processes; try again");
}

/* No file descriptor is left for the error output; /dev/full takes no byte. */
static void without_room_it_does_not_start(void **state) {
    (void)state;
    struct rlimit before, none;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){.rlim_cur = 3, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    const bool good = run_shell("exit 0", NULL, NULL);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_false(good);
    assert_error_is("no temporary file for sh: Too many open files; make room in /tmp");
    FILE *full = fopen("/dev/full", "w");
    if (!full) skip();
    fputs("abc", full);
    assert_false(run_shell("exit 0", full, NULL));
    assert_error_is(
        "no temporary file for sh: No space left on device; make room in /tmp");
    fputs("abc", full);
    assert_false(run_shell("exit 0", NULL, full));
    assert_error_is(
        "no temporary file for sh: No space left on device; make room in /tmp");
    fclose(full);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(input_and_output_are_the_files),
        cmocka_unit_test(a_failure_says_the_last_line),
        cmocka_unit_test(every_end_has_its_sentence),
        cmocka_unit_test(a_lost_child_is_said),
        cmocka_unit_test(without_room_it_does_not_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
