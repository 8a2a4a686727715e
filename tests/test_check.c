/* CHECK: what a failed one says, and the handler of programs that must not abort. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>

#include "tensor/check.h"
#include "tests/said.h"

typedef struct Mistake {
    jmp_buf back;
    char text[1024];
    int count;
} Mistake;

static void jump(void *context, const char *text) {
    Mistake *mistake = context;
    mistake->count++;
    snprintf(mistake->text, sizeof mistake->text, "%s", text);
    longjmp(mistake->back, 1);
}

/* True when the CHECK failed and the handler came back here. */
static bool caught(Mistake *mistake, int value) {
    if (setjmp(mistake->back)) return true;
    CHECK(value > 2, "a value of %d", value);
    return false;
}

static void a_handler_gets_place_message_and_condition(void **state) {
    (void)state;
    static Mistake mistake;
    check_handler(jump, &mistake);
    assert_false(caught(&mistake, 3));
    assert_true(caught(&mistake, 1));
    assert_true(caught(&mistake, 2));
    check_handler(NULL, NULL);
    assert_int_equal(mistake.count, 2);
    assert_non_null(strstr(mistake.text, "tests/test_check.c:"));
    assert_non_null(
        strstr(mistake.text, ": caught: a value of 2 [value > 2 does not hold]"));
}

static void a_long_message_is_cut(void **state) {
    (void)state;
    static Mistake mistake;
    static char name[4000];
    memset(name, 'x', sizeof name - 1);
    check_handler(jump, &mistake);
    if (setjmp(mistake.back) == 0) CHECK(false, "%s", name);
    check_handler(NULL, NULL);
    assert_int_equal(mistake.count, 1);
}

static void ignore(void *context, const char *text) {
    (void)text;
    ++*(int *)context;
}

/* The status of a child that makes a mistake, with this handler. */
static int status_with(CheckHandler *handler, void *context) {
    const pid_t child = fork();
    if (child == 0) {
        check_handler(handler, context);
        if (!freopen("/dev/null", "w", stderr)) _exit(1);
        CHECK(false, "a mistake");
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void without_a_handler_or_when_it_returns_the_program_aborts(void **state) {
    (void)state;
    int calls = 0;
    const int silent = status_with(NULL, NULL), returned = status_with(ignore, &calls);
    assert_true(WIFSIGNALED(silent) && WTERMSIG(silent) == SIGABRT);
    assert_true(WIFSIGNALED(returned) && WTERMSIG(returned) == SIGABRT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handler_gets_place_message_and_condition),
        cmocka_unit_test(a_long_message_is_cut),
        cmocka_unit_test(without_a_handler_or_when_it_returns_the_program_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
