/* The reports of sanitizers, as messages for students. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/check/ended.h"
#include "tests/test.h"

static void sanitizers_are_put_into_a_sentence(void **state) {
    (void)state;
    char text[300];
    assert_string_equal(
        ended_why(1 << 8,
                  "==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6\n"
                  "WRITE of size 8 at 0x6 thread T0\n"
                  "    #0 0x55 in memcpy /usr/lib/memcpy.c:3\n"
                  "    #1 0x55 in gram /home/a/lessons/exercises/08_gram.c:14\n",
                  text, sizeof text),
        "writes outside an array, in gram, lessons/exercises/08_gram.c line 14");
    assert_string_equal(
        ended_why(1 << 8,
                  "==1==ERROR: AddressSanitizer: SEGV on unknown\n"
                  "    #0 0x55 in gram lessons/answers/08_gram.c:9:3\n",
                  text, sizeof text),
        "a pointer leads nowhere: NULL, or an index far outside, in gram, "
        "lessons/answers/08_gram.c line 9");
    assert_string_equal(
        ended_why(1 << 8,
                  "lessons/exercises/08_gram.c:7:5: runtime error: division by zero\n",
                  text, sizeof text),
        "division by zero (lessons/exercises/08_gram.c:7:5)");
}

/* With the frames that UBSan adds, and from malloc and free. */
static void the_function_and_the_line_are_named(void **state) {
    (void)state;
    char text[300];
    assert_string_equal(ended_why(1 << 8,
                                  "mine/08_gram.c:7:5: runtime error: division by zero\n"
                                  "    #0 0x55 in gram mine/08_gram.c:7\n"
                                  "    #1 0x56 in grade lessons/check/08_gram.c:90\n",
                                  text, sizeof text),
                        "division by zero, in gram, mine/08_gram.c line 7");
    assert_string_equal(
        ended_why(1 << 8,
                  "mine/08_gram.c:7:5: runtime error: 1 cannot be represented in type "
                  "'int'\n    #0 0x55 in gram mine/08_gram.c:7\n",
                  text, sizeof text),
        "1 cannot be represented in type 'int', in gram, mine/08_gram.c line 7");
    assert_string_equal(
        ended_why(
            1 << 8,
            "==1==ERROR: AddressSanitizer: requested allocation size 0xffff exceeds\n"
            "    #0 0x55 in malloc ../asan_malloc.cpp:69\n"
            "    #1 0x55 in gram mine/08_gram.c:9\n",
            text, sizeof text),
        "malloc is asked for more memory than there is: is the size negative?, in gram, "
        "mine/08_gram.c line 9");
}

static void the_file_of_the_student_may_be_anywhere(void **state) {
    (void)state;
    static const struct {
        const char *path, *where;
    } cases[] = {{"/home/a/mine/08_gram.c", ", in gram, mine/08_gram.c line 9"},
                 {"/tmp/class/anna/08_gram.c", ", in gram, 08_gram.c line 9"},
                 {"08_gram.c", ", in gram, 08_gram.c line 9"},
                 {"cell [3]", ", in gram, cell [3] line 9"},
                 {"homework/anna.c", ", in gram, homework/anna.c line 9"},
                 {"lessons/check/08_gram.c", ""},
                 {"/usr/lib/string.c", ""}};
    char stack[300], where[300];
    setenv("GRADE_FILE", "homework/anna.c", 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        snprintf(stack, sizeof stack, "    #0 0x55 in gram %s:9\n", cases[k].path);
        ended_where(stack, where, sizeof where);
        assert_string_equal(where, cases[k].where);
    }
    unsetenv("GRADE_FILE");
}

/* What ASan said of four programs; all began with an array at 0x7ffe0ffff000. Addresses
 * near the stack pointer are a stack-overflow to it, whatever has led there. */
static void a_stack_overflow_is_distinguished_from_a_wild_pointer(void **state) {
    (void)state;
    char text[300], report[4096];
    static const struct {
        const char *kind, *first, *again, *sentence;
    } cases[] = {
        {"stack-overflow on address 0x7ffe0f800ff0 (pc 0x1 bp 0x7ffe0f8010a0 sp "
         "0x7ffe0f800ff0 T0)",
         "f", "f", "a function calls itself without end, in f, "},
        {"stack-overflow on address 0x7ffe0f800ff8 (pc 0x1 bp 0x7ffe0f8010c0 sp "
         "0x7ffe0f801000 T0)",
         "f", "g", "a function calls itself without end, in f, "},
        {"stack-overflow on address 0x7ffe0e1ccce8 (pc 0x1 bp 0x7ffe0ffff000 sp "
         "0x7ffe0e1cccf0 T0)",
         "f", NULL, "an array is too large for the stack: take its memory from malloc, "},
        /* The middle of a large array is far from the stack pointer. */
        {"SEGV on unknown address 0x7ffe0f000000 (pc 0x1 bp 0x7ffe0ffff000 sp "
         "0x7ffe0e1cccf0 T0)",
         "f", NULL, "an array is too large for the stack: take its memory from malloc, "},
        /* 5000 doubles above the array, at the end of the stack. */
        {"stack-overflow on address 0x7ffe10008c40 (pc 0x1 bp 0x7ffe0ffff000 sp "
         "0x7ffe0ffff000 T0)",
         "f", NULL, "a pointer leads nowhere: NULL, or an index far outside, in f, "},
        {"SEGV on unknown address 0x7ffe100c2500 (pc 0x1 bp 0x7ffe0ffff000 sp "
         "0x7ffe0ffff000 T0)",
         "f", NULL, "a pointer leads nowhere: NULL, or an index far outside, in f, "}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        size_t used = (size_t)snprintf(
            report, sizeof report, "==1==ERROR: AddressSanitizer: %s\n", cases[k].kind);
        for (int i = 0; i < 20; i++) {
            const char *name = i % 2 && cases[k].again ? cases[k].again : cases[k].first;
            if (i && !cases[k].again) name = i == 1 ? "grade" : "main";
            if (i > 2 && !cases[k].again) break;
            used += (size_t)snprintf(report + used, sizeof report - used,
                                     "    #%d 0x55 in %s lessons/exercises/02_tape.c:9\n",
                                     i, name);
        }
        ended_why(1 << 8, report, text, sizeof text);
        assert_ptr_equal(strstr(text, cases[k].sentence), text);
    }
}

/* A program without sanitizers stops with a signal alone, and may have less time. */
static void a_signal_alone_is_put_into_a_sentence(void **state) {
    (void)state;
    static const struct {
        int signal;
        const char *errors, *sentence;
    } cases[] = {
        {SIGILL, "", "an index outside of an array, an overflow of integers, "},
        {SIGTRAP, "", "an index outside of an array, an overflow of integers, "},
        {SIGXCPU, "", "still running after 3 seconds: "},
        {SIGABRT, "one\ngram writes outside an array\n", "gram writes outside an array"},
        {SIGFPE, "", "an integer is divided by 0"}};
    char text[300];
    setenv("GRADE_SECONDS", "3", 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        ended_why(cases[k].signal, cases[k].errors, text, sizeof text);
        assert_ptr_equal(strstr(text, cases[k].sentence), text);
    }
    setenv("GRADE_SECONDS", "no number", 1);
    assert_int_equal(ended_seconds(), 10);
    unsetenv("GRADE_SECONDS");
    assert_int_equal(ended_seconds(), 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sanitizers_are_put_into_a_sentence),
        cmocka_unit_test(the_function_and_the_line_are_named),
        cmocka_unit_test(the_file_of_the_student_may_be_anywhere),
        cmocka_unit_test(a_stack_overflow_is_distinguished_from_a_wild_pointer),
        cmocka_unit_test(a_signal_alone_is_put_into_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
