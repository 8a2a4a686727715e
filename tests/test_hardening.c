/* What the linker and the compiler were asked for (HARDENED of the Makefile) is in the
 * program that is released. Needs readelf of binutils, and ELF. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

static const char *program;

/* What readelf says of a file; skips the test where it, or the hardening, is not. */
static const char *readelf(const char *options, const char *format) {
    static char text[1 << 20];
    char file[512], command[1024];
#ifdef __SANITIZE_ADDRESS__
    print_message("skipped: only what is released is hardened\n");
    skip();
#endif
    if (system("readelf --version >/dev/null 2>&1")) {
        print_message("skipped: readelf (apt install binutils) is not here\n");
        skip();
    }
    const char *slash = strrchr(program, '/');
    snprintf(file, sizeof file, format, slash ? (int)(slash - program) : 1,
             slash ? program : ".");
    snprintf(command, sizeof command, "LC_ALL=C readelf %s '%s' 2>&1", options, file);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    text[fread(text, 1, sizeof text - 1, out)] = 0;
    assert_int_equal(pclose(out), 0);
    return text;
}

#define PROGRAM "%.*s/stylegrad"
#define LIBRARY "%.*s/libstylegrad.a"

static int count(const char *text, const char *words) {
    int found = 0;
    while ((text = strstr(text, words)))
        found++, text++;
    return found;
}

static void holds(const char *text, const char *words) {
    if (strstr(text, words)) return;
    fail_msg("%s: readelf does not say \"%s\"", program, words);
}

static void lacks(const char *text, const char *words) {
    if (!strstr(text, words)) return;
    fail_msg("%s: readelf says \"%s\"", program, words);
}

/* Addresses differ from run to run. */
static void the_program_lies_anywhere(void **state) {
    (void)state;
    holds(readelf("-hW", PROGRAM), "DYN (");
    holds(readelf("-dW", PROGRAM), "PIE");
}

/* All functions of libraries are looked up at the start, and the tables are closed. */
static void tables_are_closed_after_the_start(void **state) {
    (void)state;
    holds(readelf("-lW", PROGRAM), "GNU_RELRO");
    const char *dynamic = readelf("-dW", PROGRAM);
    holds(dynamic, "NOW");
    lacks(dynamic, "TEXTREL");
}

/* No memory that can be written to is run: neither the stack nor any other segment. */
static void what_is_written_is_never_run(void **state) {
    (void)state;
    const char *segments = readelf("-lW", PROGRAM);
    holds(segments, "GNU_STACK");
    lacks(segments, " RWE ");
}

/* Libraries come from the system, not from a folder that somebody named. */
static void libraries_are_the_systems(void **state) {
    (void)state;
    const char *dynamic = readelf("-dW", PROGRAM);
    holds(dynamic, "(NEEDED)");
    lacks(dynamic, "RPATH");
    lacks(dynamic, "RUNPATH");
}

static void frames_are_checked(void **state) {
    (void)state;
    holds(readelf("-sW --dyn-syms", PROGRAM), " __stack_chk_fail");
}

/* glibc has checked forms of memcpy, snprintf and others. */
static void calls_of_libc_are_checked(void **state) {
    (void)state;
#ifndef __GLIBC__
    print_message("skipped: this C library has no checked calls\n");
    skip();
#endif
    const char *symbols = readelf("-sW --dyn-syms", PROGRAM);
    holds(symbols, " __snprintf_chk");
    holds(symbols, " __memcpy_chk");
}

#if defined(__x86_64__)
#define MARK "x86 feature: IBT, SHSTK"
#elif defined(__aarch64__)
#define MARK "AArch64 feature: BTI, PAC"
#else
#define MARK ""
#endif

/* The mark is there only when each object of the library has it: no file was forgotten.
 * The mark of the program for jumps depends on the start code of libc. */
static void jumps_lead_where_jumps_may(void **state) {
    (void)state;
    const char *mark = MARK;
    if (!*mark) {
        print_message("skipped: this processor has no such marks\n");
        skip();
    }
    if (strstr(mark, "SHSTK")) holds(readelf("-nW", PROGRAM), "SHSTK");
    const char *notes = readelf("-nW", LIBRARY);
    const int files = count(notes, "File: ");
    assert_true(files > 100);
    assert_int_equal(count(notes, mark), files);
}

int main(void) {
    const char *said = getenv("STYLEGRAD");
    program = said ? said : "build/" REAL_NAME "/stylegrad";
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_program_lies_anywhere),
        cmocka_unit_test(tables_are_closed_after_the_start),
        cmocka_unit_test(what_is_written_is_never_run),
        cmocka_unit_test(libraries_are_the_systems),
        cmocka_unit_test(frames_are_checked),
        cmocka_unit_test(calls_of_libc_are_checked),
        cmocka_unit_test(jumps_lead_where_jumps_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
